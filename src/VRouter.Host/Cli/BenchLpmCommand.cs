using System.CommandLine;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Lpm;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter bench lpm</c>: what longest-prefix match takes.</summary>
internal static class BenchLpmCommand
{
    private const int MostNextHops = 1 << 20;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var routes = BenchOptions.Routes($"The table. Default: {BenchOptions.GeneratedRoutes:N0} routes of the Internet's shape.");
        var nextHops = BenchOptions.Number(
            "--next-hops", "Next hops that the routes lead to; above 65,534 the table needs leaves of 32 bits instead of 16.", 64, 1, MostNextHops);
        var rounds = BenchOptions.Number("--rounds", "Measured rounds of each kind of traffic.", 20, 1, 10_000);
        var addresses = BenchOptions.Number(
            "--addresses", $"Addresses looked up in a round, rounded up to a multiple of {LpmMeasurement.Window:N0}.", LpmData.UsualAddresses, 1, 1 << 26);
        var core = BenchOptions.Core();
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "lpm",
            "Measure longest-prefix match by itself: batches of 256 random addresses within the covered space (uniform) and repeated ones (Zipf), lookups that wait for "
            + "the last one's result, building, memory, single updates, and lookups beside 10,000 updates a second. Rates are of processor time.",
            ("vrouter bench lpm", "a generated table of the Internet's shape"),
            ("vrouter bench lpm --routes prefixes.txt.gz -o json", "a table of your own, for programs"))
        {
            routes, nextHops, rounds, addresses, core, format,
        };
        command.SetAction((result, stop) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var report = BenchOptions.Run(error, progress =>
            {
                var (file, hops) = (result.GetValue(routes), result.GetValue(nextHops));
                var chosen = PinnedThread.Choose(result.GetValue(core));
                progress.Say("reading routes");
                var table = file is null ? GeneratedRoutes.OfInternetShape(BenchOptions.GeneratedRoutes, hops) : RouteFile.Read(file, hops);
                progress.Say("drawing addresses");
                var data = LpmData.Draw(table, RoundedUp(result.GetValue(addresses)));
                var settings = new LpmSettings(
                    chosen, result.GetValue(rounds), data.Traffic[LpmData.Uniform].Length, LpmMeasurement.BatchSize, table.Count, hops, file ?? "generated");
                var (host, allowed) = (HostFacts.Read(), PinnedThread.AllowedCores());
                return PinnedThread.Run(chosen, () => LpmBench.Run(data, settings, host, allowed, progress, stop));
            });
            if (result.GetValue(format) == "json")
                JsonText.Write(output, report, BenchJson.Default.LpmReport);
            else
                BenchTables.Lpm(report, output, Terminal.IsOutput(output));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static int RoundedUp(int addresses) => (addresses + LpmMeasurement.Window - 1) / LpmMeasurement.Window * LpmMeasurement.Window;
}
