using VRouter.Host.Bench.Io;

namespace VRouter.Host.Cli;

/// <summary>Writes the report of <c>vrouter bench io</c> as people read it.</summary>
internal static class BenchIoTables
{
    private const string Unknown = "-";

    public static void Write(IoReport report, TextWriter output, bool isTerminal)
    {
        var (host, setup) = (report.Host, report.Settings);
        output.WriteLine($"vRouter {host.Version}, {host.Cpu}, {host.OperatingSystem}, {host.Runtime}");
        output.WriteLine($"{setup.Driver}, {setup.Mode}, frames of {setup.FrameSize} bytes in {setup.Flows} flows; sent by {setup.Sender} from core {setup.SenderCore}, forwarded on core "
            + $"{setup.RouterCore}; {setup.Rounds} rounds in {setup.Seconds} s each");
        output.WriteLine();
        WriteRates(report, output, isTerminal);
        output.WriteLine();
        WritePairs(report, output, isTerminal);
        var router = report.Forwarders[0];
        output.WriteLine();
        output.WriteLine($"{router.Name}: {router.IdlePercent:0.00} % of a core while idle; of {router.Sent:N0} frames sent {router.Received:N0} arrived{Losses(router)}");
        foreach (var ratio in report.Ratios)
            output.WriteLine($"{router.Name} / {ratio.Against}: {ratio.Received:0.00} received, {Number(ratio.Lossless, "0.00")} without loss"
                + $"{(ratio.Processor is { } time ? $", {time:0.00} frames for the same processor time" : "")}{(ratio.Tcp is { } tcp ? $", {tcp:0.00} TCP" : "")}");
        foreach (var one in report.Forwarders.Where(forwarder => forwarder.Recording is not null))
            WriteRecording(one, output);
        output.WriteLine($"load average before {report.Noise.LoadAverage:0.00}; a fixed loop varied by {report.Noise.CalibrationMedianPercent:0.0} % in the median, "
            + $"{report.Noise.CalibrationMaxPercent:0.0} % at most; {report.Noise.DisturbedRounds} of {report.Noise.Rounds} rounds disturbed");
        foreach (var note in report.Forwarders.Where(one => one.Remark is not null).Select(one => $"{one.Name}: {one.Remark}").Concat(report.Noise.Notes).Concat(report.Notes))
            output.WriteLine($"note: {note}");
    }

    private static void WriteRates(IoReport report, TextWriter output, bool isTerminal)
    {
        string[] numbers = ["offered Mpps", "received Mpps", "min", "max", "lost %", "lossless Mpps", "CPU ns/frame", "verified"];
        var table = new DataTable(["forwarder", .. numbers]).Numbers(numbers);
        foreach (var one in report.Forwarders)
        {
            table.Add(
                one.Name,
                Mega(one.SentPerSecond.Median),
                Mega(one.ReceivedPerSecond.Median),
                Mega(one.ReceivedPerSecond.Min),
                Mega(one.ReceivedPerSecond.Max),
                $"{(one.Sent == 0 ? 0 : 100.0 * one.Lost / one.Sent):0.0}",
                Mega(one.LosslessPerSecond),
                Number(one.ProcessorNanosecondsPerFrame, "0"),
                $"{one.VerifiedFrames:N0}");
        }

        table.Write(output, isTerminal);
    }

    private static void WritePairs(IoReport report, TextWriter output, bool isTerminal)
    {
        string[] numbers = ["ping p50 us", "p99", "UDP p50 us", "p99 ", "TCP Gbit/s"];
        var table = new DataTable(["two nodes, pod to pod", .. numbers]).Numbers(numbers);
        foreach (var one in report.Forwarders.Where(forwarder => forwarder.Ping is not null || forwarder.Udp is not null))
        {
            table.Add(
                one.Name,
                Number(one.Ping?.P50, "0.0"),
                Number(one.Ping?.P99, "0.0"),
                Number(one.Udp?.P50, "0.0"),
                Number(one.Udp?.P99, "0.0"),
                Number(one.TcpBitsPerSecond / 1e9, "0.00"));
        }

        table.Write(output, isTerminal);
    }

    private static void WriteRecording(ForwarderReport one, TextWriter output)
    {
        var cost = one.Recording!;
        output.WriteLine($"{one.Name}: {Number(cost.WorkerRatio, "0.000")} of the worker's time for a frame without it, {Number(cost.WriterNanosecondsPerFrame, "0")} ns more on the writing thread; "
            + $"{cost.Frames:N0} frames, {cost.Bytes >> 20:N0} MiB");
        if (cost.Failure is { } failure)
            output.WriteLine($"note: {one.Name}: the recording ended before the measurements did, so that its figures are in part those without: {failure}");
    }

    private static string Losses(ForwarderReport router)
    {
        var parts = router.Losses.OrderByDescending(loss => loss.Value).Select(loss => $"{loss.Key} {loss.Value:N0}").ToList();
        if (router.Unexplained is { } missing and not 0)
            parts.Add($"not explained {missing:N0}");
        return parts.Count == 0 ? "" : $"; {string.Join(", ", parts)}";
    }

    private static string Mega(double rate) => $"{rate / 1e6:0.000}";

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format) : Unknown;
}
