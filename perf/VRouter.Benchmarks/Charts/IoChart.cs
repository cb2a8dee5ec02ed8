using System.Globalization;
using System.Text;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Io;

namespace VRouter.Benchmarks.Charts;

/// <summary>
/// A chart of reports of <c>bench io</c> as gnuplot's language: a group of bars for each report (driver and mode), a bar for each kind of forwarder, with least and greatest value where there are any.
/// </summary>
/// <param name="Title">What the bars say.</param>
/// <param name="YLabel">The unit.</param>
/// <param name="Value">The bar of a forwarder; null: it has none.</param>
internal sealed record IoChart(string Title, string YLabel, Func<ForwarderReport, Spread?> Value)
{
    private const string Missing = "-";
    private const string ProgramKind = "plain C forwarder";
    private const double Mega = 1e6;

    // Okabe and Ito's colors, which people with any kind of sight tell apart.
    private static readonly (string Kind, string Color)[] Kinds =
        [("vrouter", "#0072B2"), (ProgramKind, "#E69F00"), ("kernel", "#009E73"), ("kernel on the sender's core", "#CC79A7")];

    /// <summary>Frames that arrive, offered without a limit.</summary>
    public static IoChart Received { get; } = new("Frames received", "million frames a second", one => one.ReceivedPerSecond.Times(1 / Mega));

    /// <summary>Processor time for a frame.</summary>
    public static IoChart Processor { get; } = new(
        "Processor time of the forwarder's core for a frame that arrived", "ns", one => one.ProcessorNanosecondsPerFrame is { } time ? new Spread(time, time, time) : null);

    /// <summary>The script; the picture goes to standard output.</summary>
    /// <param name="reports">At least one.</param>
    public string Script(IReadOnlyList<IoReport> reports)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        var first = reports[0];
        Line($"set terminal svg size {Math.Max(1000, 200 + (130 * reports.Count))},560 font 'sans-serif,15' background '#ffffff'");
        Line($"set title \"{{/:Bold {Title}}}\\n{{/*0.8 {Host(reports)}}}\\n{{/*0.8 frames of {first.Settings.FrameSize} bytes, {first.Settings.Rounds} rounds in {first.Settings.Seconds} s; "
            + "bars: median, lines: least and greatest}\"");
        Line("set style data histogram");
        Line("set style histogram errorbars gap 1.5 linewidth 1");
        Line("set style fill solid 0.9 noborder");
        Line($"set datafile missing '{Missing}'");
        Line("set errorbars 0.6 linecolor rgb '#404040'");
        Line("set yrange [0:*]");
        Line($"set ylabel \"{YLabel}\"");
        Line("set grid ytics linecolor rgb '#e0e0e0' linetype 1");
        Line("set border 3");
        Line("set tics nomirror");
        Line("set key outside below horizontal");
        Line("set bmargin 6");
        var present = Kinds.Where(kind => reports.Any(report => Of(report, kind.Kind) is not null)).ToList();
        Line("$bars << END");
        foreach (var report in reports)
            Line($"\"{report.Settings.Driver}\\n{report.Settings.Mode}\" {string.Join(' ', present.Select(kind => Columns(Of(report, kind.Kind))))}");
        Line("END");
        Line("plot " + string.Join(", ", present.Select((kind, i) =>
            $"$bars using {2 + (3 * i)}:{3 + (3 * i)}:{4 + (3 * i)}{(i == 0 ? ":xtic(1)" : "")} linecolor rgb '{kind.Color}' title \"{kind.Kind}\"")));
        return text.ToString();
    }

    private static string Host(IReadOnlyList<IoReport> reports)
    {
        var load = reports.Select(report => report.Noise.LoadAverage).ToList();
        return $"{reports[0].Host.Cpu}, {reports[0].Host.OperatingSystem}; {reports[0].Time:yyyy-MM-dd HH:mm} UTC, load average {Number(load.Min())} to {Number(load.Max())}";
    }

    private static string Columns(Spread? value) =>
        value is null ? $"{Missing} {Missing} {Missing}" : $"{Number(value.Median)} {Number(value.Min)} {Number(value.Max)}";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    // The router is the first; a program's name is that of its file.
    private Spread? Of(IoReport report, string kind) =>
        report.Forwarders.Where((one, number) => KindOf(one, number) == kind).Select(Value).FirstOrDefault();

    private static string KindOf(ForwarderReport one, int number) =>
        number == 0 ? Kinds[0].Kind : Kinds.Any(known => known.Kind == one.Name) ? one.Name : ProgramKind;
}
