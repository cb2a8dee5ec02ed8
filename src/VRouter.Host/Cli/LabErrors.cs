using VRouter.Host.Lab;

namespace VRouter.Host.Cli;

/// <summary>Turns the failures of labs into messages and exit codes of the command.</summary>
internal static class LabErrors
{
    /// <summary>Runs a command's work.</summary>
    /// <exception cref="CommandException">The topology or the host was not fit for it, or the user interrupted it.</exception>
    public static async Task<int> Translate(Func<Task<int>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (TopologyException e)
        {
            throw CommandException.Usage(e.Message);
        }
        catch (LabException e)
        {
            throw CommandException.Host(e.Message);
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Host("interrupted; what was built has been taken away");
        }
    }
}
