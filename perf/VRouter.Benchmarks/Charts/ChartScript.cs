using System.Globalization;
using System.Text;

namespace VRouter.Benchmarks.Charts;

/// <summary>
/// A chart as gnuplot's language: the least values as a line with points, the medians dashed in the same color, and a vertical line where the working set outgrows
/// a cache.
/// </summary>
internal sealed class ChartScript(CostReport report, CostChart chart)
{
    // Okabe and Ito's colors, which people with any kind of sight tell apart.
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    private readonly StringBuilder text = new();

    /// <summary>The script; the picture goes to standard output.</summary>
    public string Text()
    {
        var xs = chart.Series[0].Points.Select(point => point.X).ToArray();
        var top = chart.Series.SelectMany(series => series.Points).Max(point => point.Median) * 1.15;
        Line("set terminal svg size 1000,640 font 'sans-serif,15' background '#ffffff'");
        Line($"set title \"{{/:Bold {chart.Title}}}\\n{{/*0.8 {Host()}}}\\n{{/*0.8 {Legend()}}}\"");
        Line($"set logscale x {chart.Base}");
        Line($"set xrange [{Number(xs[0] * 0.98)}:{Number(xs[^1] * 1.02)}]");
        if (chart.HasLogarithmicCost)
        {
            var bottom = chart.Series.SelectMany(series => series.Points).Min(point => point.Least);
            Line("set logscale y 2");
            Line($"set yrange [{Number(bottom / 1.5)}:{Number(top * 1.2)}]");
        }
        else
        {
            Line($"set yrange [0:{Number(top)}]");
        }

        Line($"set xlabel \"{chart.XLabel}\"");
        Line($"set ylabel \"{chart.YLabel}\"");
        Line($"set xtics ({string.Join(", ", Tics(xs).Select(x => $"'{Label(x)}' {Number(x)}"))})");
        Line("set grid xtics ytics linecolor rgb '#e0e0e0' linetype 1");
        Line("set border 3");
        Line("set tics nomirror");
        Line("set key outside below horizontal");
        Line("set bmargin 6");
        foreach (var cache in report.Caches)
            Mark(cache);
        for (var i = 0; i < chart.Series.Count; i++)
        {
            Line($"$series{i} << END");
            foreach (var point in chart.Series[i].Points)
                Line($"{Number(point.X)} {Number(point.Least)} {Number(point.Median)}");
            Line("END");
        }

        Line("plot " + string.Join(", ", chart.Series.SelectMany((series, i) => new[]
        {
            $"$series{i} using 1:2 with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '{Colors[i % Colors.Length]}' title \"{series.Name}\"",
            $"$series{i} using 1:3 with lines linewidth 1 dashtype 2 linecolor rgb '{Colors[i % Colors.Length]}' notitle",
        })));
        return text.ToString();
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Size(double bytes) => bytes >= 1 << 20 ? $"{Number(bytes / (1 << 20))} MiB" : $"{Number(bytes / 1024)} KiB";

    // As many as have room for their labels.
    private List<double> Tics(double[] xs)
    {
        var tics = new List<double>();
        var distance = Math.Pow(xs[^1] / xs[0], IsOfMemory ? 0.075 : 0.045);
        foreach (var x in xs)
        {
            if (tics.Count == 0 || x / tics[^1] > distance)
                tics.Add(x);
        }

        return tics;
    }

    // The axis is the working set itself.
    private bool IsOfMemory => chart.Series[0].Points.All(point => point.X == point.WorkingSet);

    private string Label(double value) => IsOfMemory ? Size(value) : value switch
    {
        >= 1_000_000 => $"{Number(value / 1_000_000)} M",
        >= 10_000 => $"{Number(value / 1000)} k",
        _ => Number(value),
    };

    private string Host() =>
        $"{report.Host.Cpu}, {report.Host.Runtime}, one core; {report.Time:yyyy-MM-dd HH:mm} UTC, load average {Number(report.LoadBefore)} to {Number(report.LoadAfter)}";

    private string Legend() =>
        $"solid: least of {report.Passes * report.RoundsPerPass} rounds, dashed: median of the quieter pass; cache marks: {chart.WorkingSet}";

    private void Mark(CacheSize cache)
    {
        if (Crossing(cache.Bytes) is not { } x)
            return;
        Line($"set arrow from {Number(x)}, graph 0 to {Number(x)}, graph 1 nohead linecolor rgb '#808080' dashtype 3 linewidth 1.5");
        Line($"set label \"L{cache.Level} ends: {Size(cache.Bytes)}\" at {Number(x)}, graph 0.98 rotate by 90 right offset 1.2,0 textcolor rgb '#606060' font ',12'");
    }

    // Where the working set grows beyond a size, between two points by their logarithms; null if it does not within the chart.
    private double? Crossing(long bytes)
    {
        var points = chart.Series[0].Points;
        for (var i = 1; i < points.Count; i++)
        {
            var (last, next) = (points[i - 1], points[i]);
            if (last.WorkingSet > bytes || next.WorkingSet <= bytes)
                continue;
            var share = Math.Log((double)bytes / last.WorkingSet) / Math.Log((double)next.WorkingSet / last.WorkingSet);
            return last.X * Math.Pow(next.X / last.X, share);
        }

        return null;
    }

    private void Line(string line) => text.Append(line).Append('\n');
}
