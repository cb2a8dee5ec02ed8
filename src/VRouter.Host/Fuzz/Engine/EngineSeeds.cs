namespace VRouter.Host.Fuzz.Engine;

/// <summary>Valid traffic of each kind in networks of each mode: the corpus to begin with.</summary>
internal static class EngineSeeds
{
    private const int FramesPerSeed = 6;

    /// <summary>The cases.</summary>
    /// <param name="networkOf">Gives the network of a shape.</param>
    /// <param name="isGenerated">Shapes differ; else there is one network.</param>
    public static IEnumerable<EngineCase> Of(Func<NetworkShape, FuzzNetwork> networkOf, bool isGenerated)
    {
        var random = new FuzzRandom(2003);
        var modes = isGenerated ? 5 : 1;
        for (byte mode = 0; mode < modes; mode++)
        {
            foreach (byte mtu in isGenerated ? (byte[])[0, 6, 13] : [0])
            {
                var shape = new NetworkShape([mode, (byte)(4 - mode), mtu]);
                var network = networkOf(shape);
                var forge = new FrameForge(network, random);
                for (var port = 0; port < network.Ports.Count; port++)
                {
                    yield return new EngineCase(shape, [.. Enumerable.Range(0, FramesPerSeed).Select(_ => CaseEvent.Frame(port, forge.Frame(port)))]);
                    var superFrames = new SuperFrameForge(network, random);
                    yield return new EngineCase(shape, [.. Enumerable.Range(0, 2).Select(_ => superFrames.Event(port))]);
                }
            }
        }
    }
}
