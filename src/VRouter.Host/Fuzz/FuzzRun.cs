namespace VRouter.Host.Fuzz;

/// <summary>One run of a target, its failure caught.</summary>
internal static class FuzzRun
{
    /// <summary>Runs an input.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static Finding? Try(IFuzzTarget target, byte[] input, Coverage coverage)
    {
        coverage.Begin();
        try
        {
            target.Run(input, coverage);
            return null;
        }
        catch (FindingException e)
        {
            return e.Finding;
        }
        catch (Exception e)
        {
            return new Finding(Oracles.Exception, $"{e.GetType().Name} at {PlaceOf(e)}: {e.Message}\n{e}");
        }
        finally
        {
            coverage.End();
        }
    }

    // The innermost method of ours: what tells one cause from another.
    private static string PlaceOf(Exception e)
    {
        var frames = new System.Diagnostics.StackTrace(e).GetFrames();
        var method = frames.Select(frame => frame.GetMethod()).FirstOrDefault(method => method?.DeclaringType?.Namespace?.StartsWith("VRouter.", StringComparison.Ordinal) == true);
        return method is null ? "an unknown place" : $"{method.DeclaringType!.Name}.{method.Name}";
    }
}
