using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Routing;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>The fuzzer's checks on the frames of a capture.</summary>
internal static class ReplayCheck
{
    /// <summary>The most frames: all that is sent is kept in memory until it is compared.</summary>
    private const int MostFrames = 100_000;

    /// <summary>Runs the frames through stages and fused path, and checks what comes out.</summary>
    /// <param name="view">The node.</param>
    /// <param name="path">The capture.</param>
    /// <param name="ports">Which port receives a frame.</param>
    /// <param name="defect">A defect on purpose, see <see cref="FuzzRouter.Defect"/>.</param>
    /// <returns>What is wrong, or null.</returns>
    /// <exception cref="CaptureException">The capture cannot be read.</exception>
    /// <exception cref="ReplayException">It has too many frames.</exception>
    public static string? Run(NodeView view, string path, CapturePorts ports, Action<int, byte[]>? defect = null)
    {
        var inputs = Read(path, ports);
        using var checks = new RouterChecks { Defect = defect };
        try
        {
            checks.Run(FuzzNetwork.Of(view), inputs, coverage: null, twice: true);
            return null;
        }
        catch (FindingException e)
        {
            return $"{e.Finding.Oracle}: {e.Finding.Message}";
        }
    }

    private static List<RouterInput> Read(string path, CapturePorts ports)
    {
        using var input = CaptureReader.Open(path);
        var inputs = new List<RouterInput>();
        var time = long.MinValue;
        while (input.TryRead(out var frame))
        {
            if (inputs.Count == MostFrames)
                throw new ReplayException($"the capture has more than the {MostFrames} frames that can be checked");
            // A frame that was cut off is not received.
            if (frame.Bytes.Length < frame.OriginalLength)
                continue;
            time = Math.Max(time, frame.Timestamp);
            inputs.Add(new RouterInput(time, ports.Of(input, frame.Interface), frame.Bytes.ToArray(), null));
        }

        return inputs;
    }
}
