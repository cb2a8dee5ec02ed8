using VRouter.Host.Configuration;
using VRouter.Host.Routing;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>Sends the frames of a capture through the router of a node.</summary>
internal static class ReplayRun
{
    /// <summary>Replays a capture to its end.</summary>
    /// <param name="options">What to replay.</param>
    /// <param name="findings">Told each finding about the configuration.</param>
    /// <param name="trace">Told what each stage did with each frame; null: nothing is traced.</param>
    /// <exception cref="ReplayException">Configuration, port or files are not fit for it.</exception>
    public static ReplayView Run(ReplayOptions options, Action<Diagnostic> findings, Action<TraceStep>? trace)
    {
        var view = ViewOf(options, findings);
        if (options is { Check: true, AnswerArp: false })
            throw new ReplayException("the checks are made with neighbors that answer ARP: leave out --no-neighbors");
        var ports = new CapturePorts(ReplayRouter.PortsOf(view), options.Port);
        try
        {
            var finding = options.Check ? ReplayCheck.Run(view, options.Input, ports) : null;
            using var input = CaptureReader.Open(options.Input);
            if (options.Output is not null && Path.GetFullPath(options.Output) == Path.GetFullPath(options.Input))
                throw new ReplayException($"the output {options.Output} is the input");
            using var output = options.Output is null ? null : CaptureWriter.Create(options.Output);
            using var router = new ReplayRouter(view, output, options.AnswerArp);
            if (trace is not null)
                router.Tracer = new ReplayTracer(ReplayRouter.PortsOf(view), trace);
            return Replay(input, router, ports) with { Finding = finding };
        }
        catch (Exception e) when (e is CaptureException or IOException)
        {
            throw new ReplayException(e.Message);
        }
    }

    private static ReplayView Replay(CaptureReader input, ReplayRouter router, CapturePorts ports)
    {
        uint number = 0;
        while (input.TryRead(out var captured))
        {
            number++;
            var port = ports.Of(input, captured.Interface);
            if (captured.Bytes.Length < captured.OriginalLength)
                router.Skip(port);
            else
                router.Receive(port, number, captured.Timestamp, captured.Bytes);
        }

        router.Finish();
        var (counters, drops) = router.Count();
        return new ReplayView(number, counters, drops, null);
    }

    private static NodeView ViewOf(ReplayOptions options, Action<Diagnostic> findings)
    {
        var (state, found) = ConfigurationLoader.Load(options.Paths);
        foreach (var finding in found)
            findings(finding);
        if (state is null)
            throw new ReplayException("the configuration is not valid");
        var (router, error) = NodeSelection.Select(state, options.Node, Environment.MachineName, string.Join(' ', options.Paths));
        return router is not null
            ? NodeView.Of(state, router.Name, ReplayUplink.Of(state, router.Name))
            : throw new ReplayException(error!.Message);
    }
}
