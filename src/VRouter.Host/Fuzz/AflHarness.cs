using System.Runtime.InteropServices;

namespace VRouter.Host.Fuzz;

/// <summary>
/// Lets AFL++ (or what speaks its protocol) drive a target: SharpFuzz answers its fork server's questions in this process, and runs all inputs in another one, which
/// it starts again where an input ended it.
/// </summary>
internal static class AflHarness
{
    private const string MapVariable = "__AFL_SHM_ID";

    /// <summary>Runs inputs from standard input until AFL++ ends it.</summary>
    /// <exception cref="FuzzException">Nothing that speaks the protocol started this process.</exception>
    public static void Run(IFuzzTarget target)
    {
        if (Environment.GetEnvironmentVariable(MapVariable) is null)
            throw new FuzzException($"--afl is for AFL++ to start, which sets {MapVariable}: afl-fuzz -i IN -o OUT -- vrouter-host fuzz --target {target.Name} --afl; without it, --input runs an input");
        LeadToRuntime();
        var coverage = new Coverage();
        SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
        {
            var input = InputFile.Read(stream, "the input");
            var finding = FuzzRun.Try(target, input, coverage);
            coverage.AddFeaturesTo(InstrumentedCode.Map);
            // Any exception is a crash to SharpFuzz.
            if (finding is not null)
                throw new FindingException(finding.Oracle, finding.Message);
        });
    }

    // SharpFuzz starts "dotnet", which may not be in the path where the program was started by its own name.
    private static void LeadToRuntime()
    {
        var folder = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        Environment.SetEnvironmentVariable("PATH", $"{folder}:{Environment.GetEnvironmentVariable("PATH")}");
    }
}
