using VRouter.Host.Api;
using VRouter.Host.Daemon;

namespace VRouter.Host.Cli;

/// <summary>Writes each view as people read it.</summary>
internal static class ShowTables
{
    private const string Nothing = "-";

    public static void Routes(IReadOnlyList<RouteView> routes, TextWriter output, bool isTerminal)
    {
        var table = new DataTable("prefix", "kind", "next hop", "port", "mtu", "source", "preference").Numbers("mtu", "preference");
        foreach (var route in routes)
        {
            var nextHop = route.Neighbor is null ? route.NextHop : $"{route.NextHop} via {route.Neighbor}";
            table.Add(
                route.Used ? route.Prefix : $"{route.Prefix} (not used)",
                route.Kind,
                nextHop ?? Nothing,
                route.Port ?? Nothing,
                route.Mtu?.ToString() ?? Nothing,
                route.Source,
                route.Preference.ToString());
        }

        table.Write(output, isTerminal);
    }

    private static string DriverOf(PortView port) => (port.Driver ?? Nothing) + (port.Fallback is not null ? " (not af-xdp)" : port.Mode is { } mode ? $" ({mode})" : "");

    public static void Ports(IReadOnlyList<PortView> ports, TextWriter output, bool isTerminal)
    {
        var table = new DataTable("port", "to", "driver", "state", "mac", "mtu", "addresses", "rx frames", "rx bytes", "tx frames", "tx bytes", "rx drops", "tx drops")
            .Numbers("mtu", "rx frames", "rx bytes", "tx frames", "tx bytes", "rx drops", "tx drops");
        foreach (var port in ports)
        {
            table.Add(
                port.Name,
                port.Workload ?? port.Role,
                DriverOf(port),
                port.State,
                port.Mac ?? Nothing,
                port.Mtu?.ToString() ?? Nothing,
                string.Join(' ', port.Addresses),
                port.ReceivedFrames.ToString(),
                port.ReceivedBytes.ToString(),
                port.TransmittedFrames.ToString(),
                port.TransmittedBytes.ToString(),
                port.ReceiveDrops.ToString(),
                port.TransmitDrops.ToString());
        }

        table.Write(output, isTerminal);
    }

    public static void Neighbors(IReadOnlyList<NeighborView> neighbors, TextWriter output, bool isTerminal)
    {
        var table = new DataTable("port", "address", "mac", "state", "age").Numbers("age");
        foreach (var neighbor in neighbors)
            table.Add(neighbor.Port, neighbor.Address, neighbor.Mac ?? Nothing, neighbor.State, neighbor.AgeSeconds is { } age ? $"{age:0.0} s" : Nothing);
        table.Write(output, isTerminal);
    }

    public static void Tunnels(IReadOnlyList<TunnelView> tunnels, TextWriter output, bool isTerminal)
    {
        var table = new DataTable("kind", "node", "local", "remote", "vni", "port", "remote mac", "mtu", "path mtu", "age").Numbers("vni", "port", "mtu", "path mtu", "age");
        foreach (var tunnel in tunnels)
        {
            table.Add(
                tunnel.Kind,
                tunnel.Node ?? Nothing,
                tunnel.Local,
                tunnel.Remote,
                tunnel.Vni?.ToString() ?? Nothing,
                tunnel.L4Port?.ToString() ?? Nothing,
                tunnel.RemoteMac ?? Nothing,
                tunnel.Mtu?.ToString() ?? Nothing,
                tunnel.PathMtu?.ToString() ?? Nothing,
                tunnel.PathMtuAgeSeconds is { } age ? $"{age} s" : Nothing);
        }

        table.Write(output, isTerminal);
    }

    public static void Drops(IReadOnlyList<DropView> drops, TextWriter output, bool isTerminal)
    {
        if (drops.Count == 0)
        {
            output.WriteLine("nothing was dropped");
            return;
        }

        var table = new DataTable("reason", "count", "severity", "ports", "meaning").Numbers("count");
        foreach (var drop in drops)
        {
            var ports = string.Join(", ", drop.Ports.Select(port => $"{port.Key} {port.Value}"));
            table.Add(drop.Reason, drop.Count.ToString(), drop.Severity, ports.Length == 0 ? Nothing : ports, drop.Sentence);
        }

        table.Write(output, isTerminal);
    }

    public static void Counters(CountersView counters, TextWriter output, bool isTerminal)
    {
        var table = new DataTable("frames", "entered", "=", "forwarded", "answered", "delivered", "dropped", "held")
            .Numbers("entered", "forwarded", "answered", "delivered", "dropped", "held");
        AddOutcome(table, "received", counters.Received);
        AddOutcome(table, "originated", counters.Originated);
        foreach (var worker in counters.Workers.Count > 1 ? counters.Workers : [])
        {
            AddOutcome(table, $"received, {worker.Worker}", worker.Received);
            AddOutcome(table, $"originated, {worker.Worker}", worker.Originated);
        }

        table.Write(output, isTerminal);
        output.WriteLine();
        var ports = new DataTable("port", "rx frames", "rx bytes", "tx frames", "tx bytes", "rx drops", "tx drops")
            .Numbers("rx frames", "rx bytes", "tx frames", "tx bytes", "rx drops", "tx drops");
        foreach (var port in counters.Ports)
            AddTotals(ports, port);
        if (counters.ClosedPorts is { ReceivedFrames: > 0 } or { TransmittedFrames: > 0 } or { ReceiveDrops: > 0 })
            AddTotals(ports, counters.ClosedPorts);
        AddTotals(ports, counters.Ports.Append(counters.ClosedPorts).Aggregate((sum, port) => sum.Plus(port)) with { Name = "all" });
        ports.Write(output, isTerminal);
    }

    public static void Runtime(RuntimeView runtime, TextWriter output, bool isTerminal)
    {
        output.WriteLine($"node {runtime.Node}, version {runtime.Version}, process {runtime.ProcessId}, up {TimeSpan.FromSeconds(Math.Floor(runtime.UptimeSeconds)):c}");
        output.WriteLine($"memory {runtime.MemoryBytes >> 20} MiB; {runtime.FramesInUse} of {runtime.Frames} frames of {runtime.FrameCapacity} bytes in use");
        var collections = runtime.Collections;
        output.WriteLine($"{Counted.Of(collections.Count, "garbage collection")}, {collections.Full} of them full; they stopped the workers for {collections.PauseMilliseconds:0.0} ms in all, "
            + $"{collections.LongestPauseMilliseconds:0.00} ms at most, {collections.PausesOverMillisecond} times for more than 1 ms{(collections.Unseen == 0 ? "" : $"; of {collections.Unseen} only the sum is known")}");
        if (runtime.Recording is { } recording)
        {
            output.WriteLine($"{(recording.IsRunning ? "recording to" : "recorded to")} {recording.File}: {recording.Frames} frames, {recording.Bytes >> 20} MiB"
                + (recording.Failure is null ? "" : $"; ended: {recording.Failure}"));
        }

        output.WriteLine();
        var table = new DataTable("stage", "calls", "frames", "frames/call").Numbers("calls", "frames", "frames/call");
        foreach (var stage in runtime.Stages)
            table.Add(stage.Name, stage.Calls.ToString(), stage.Frames.ToString(), stage.Calls == 0 ? Nothing : $"{stage.FramesPerCall:0.00}");
        table.Write(output, isTerminal);
    }

    public static void Health(HealthView health, TextWriter output, bool isTerminal)
    {
        output.WriteLine($"node {health.Node}: {health.Status}; uplink {health.Uplink}, guard {health.Guard}, files {string.Join(' ', health.Files)}");
        if (health.Conditions.Count == 0)
            return;
        var table = new DataTable("severity", "subject", "condition");
        foreach (var condition in health.Conditions)
            table.Add(condition.Severity, condition.Subject, condition.Text);
        table.Write(output, isTerminal);
    }

    private static void AddOutcome(DataTable table, string name, OutcomeView outcome) => table.Add(
        name,
        outcome.Entered.ToString(),
        outcome.AddsUp ? "=" : "!=",
        outcome.Forwarded.ToString(),
        $"+ {outcome.Answered}",
        $"+ {outcome.Delivered}",
        $"+ {outcome.Dropped}",
        $"+ {outcome.Held}");

    private static void AddTotals(DataTable table, PortTotals port) => table.Add(
        port.Name,
        port.ReceivedFrames.ToString(),
        port.ReceivedBytes.ToString(),
        port.TransmittedFrames.ToString(),
        port.TransmittedBytes.ToString(),
        port.ReceiveDrops.ToString(),
        port.TransmitDrops.ToString());
}
