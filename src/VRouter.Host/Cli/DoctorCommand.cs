using System.CommandLine;
using VRouter.Host.Doctor;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter doctor</c>: what this host's kernel offers, and what is used instead of what it lacks.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "doctor",
            "What this host offers to a router, found out by trying, and what vRouter uses instead of what is missing. Changes nothing.",
            ("vrouter doctor", "look at this host; exit code 1 if 'vrouter run' cannot work here"),
            ("vrouter doctor -o json", "the same for programs"))
        {
            format,
        };
        command.SetAction(result =>
        {
            var report = DoctorReport.Create();
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(format) == "json")
                JsonText.Write(output, report, DoctorJson.Default.DoctorReport);
            else
                Write(report, output);
            return report.CanRun ? ExitCode.Ok : ExitCode.HostError;
        });
        return command;
    }

    private static void Write(DoctorReport report, TextWriter output)
    {
        var table = new DataTable("check", "status", "found", "note");
        foreach (var check in report.Checks)
            table.Add(check.Name, check.Status.ToString().ToLowerInvariant(), check.Found, check.Note);
        output.WriteLine($"kernel {report.Kernel}");
        table.Write(output, Terminal.IsOutput(output));
        output.WriteLine(report.CanRun ? "vrouter run can work here" : "vrouter run cannot work here: see what is missing above");
    }
}
