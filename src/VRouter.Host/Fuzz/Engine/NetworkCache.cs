namespace VRouter.Host.Fuzz.Engine;

/// <summary>Generated networks by shape: each is made once while it is among the last ones in use.</summary>
internal sealed class NetworkCache
{
    private const int Most = 1024;
    private readonly Dictionary<NetworkShape, FuzzNetwork> networks = [];

    /// <summary>The network of a shape.</summary>
    public FuzzNetwork Of(NetworkShape shape)
    {
        if (networks.TryGetValue(shape, out var network))
            return network;
        if (networks.Count == Most)
            networks.Clear();
        networks.Add(shape, network = FuzzNetwork.Of(shape));
        return network;
    }
}
