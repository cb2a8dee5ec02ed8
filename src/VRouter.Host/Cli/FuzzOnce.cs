using VRouter.Host.Fuzz;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter fuzz --input</c>: one input, for a person who looks at a find and for other fuzzers.</summary>
internal static class FuzzOnce
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    /// <summary>Runs it.</summary>
    /// <param name="choice">The target.</param>
    /// <param name="file">The input's file.</param>
    /// <param name="aborts">A find ends the process with SIGABRT.</param>
    /// <param name="output">Told what was found.</param>
    /// <returns>An exit code.</returns>
    public static int Run(FuzzChoice choice, string file, bool aborts, TextWriter output)
    {
        try
        {
            var target = choice.Create(finding => output.WriteLine(finding));
            var input = InputFile.Read(file);
            using var hang = new HangWatch(LongestRun, (_, age) => Environment.FailFast($"hang: the run has taken {age.TotalSeconds:F0} s"));
            hang.Begin(input);
            var found = FuzzRun.Try(target, input, new Coverage());
            hang.End();
            output.WriteLine(found is null ? $"{target.Name}: nothing found" : $"{found.Oracle}: {found.Message}");
            if (found is not null && aborts)
                Environment.FailFast($"{found.Oracle}: {found.Message}");
            return found is null ? ExitCode.Ok : ExitCode.Found;
        }
        catch (FuzzException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    /// <summary><c>vrouter fuzz --afl</c>: inputs until AFL++ ends it.</summary>
    /// <param name="choice">The target.</param>
    /// <param name="error">Told findings about a configuration.</param>
    /// <returns>An exit code.</returns>
    public static int RunForAfl(FuzzChoice choice, TextWriter error)
    {
        try
        {
            AflHarness.Run(choice.Create(finding => error.WriteLine(finding)));
            return ExitCode.Ok;
        }
        catch (FuzzException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    /// <summary><c>vrouter fuzz --instrument</c>: a copy of the program.</summary>
    /// <param name="folder">Where it is made.</param>
    /// <param name="output">Told what to start.</param>
    /// <returns>An exit code.</returns>
    public static int Instrument(string folder, TextWriter output)
    {
        try
        {
            output.WriteLine(InstrumentedCopy.Make(folder));
            return ExitCode.Ok;
        }
        catch (FuzzException e)
        {
            throw CommandException.Usage(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Host(e.Message);
        }
    }
}
