using VRouter.Host.Replay;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>A case whose network changes as a recording of the router that goes through it: frames, changes and their times, and the configurations that the changes come of.</summary>
internal static class CaseRecording
{
    /// <summary>Runs the case and records it.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="network">The network at first.</param>
    /// <param name="inputs">What the router is told.</param>
    /// <exception cref="Recording.RecordingException">The file cannot be made.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, FuzzNetwork network, IReadOnlyList<RouterInput> inputs)
    {
        using var router = new ReplayRouter(network.View, output: null, answersArp: true, path, network.Text, network.MostNeighbors);
        var number = 0u;
        foreach (var input in inputs)
        {
            if (input.Network is { } next)
                router.Change(input.Time, next.View, next.Text);
            else
                router.Receive(input.Port, ++number, input.Time, input.Frame!, input.Offload);
        }

        router.Finish();
    }
}
