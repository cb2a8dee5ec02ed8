namespace VRouter.Host.Routing;

/// <summary>A port that is open: what the tables need to know of it besides its resource.</summary>
/// <param name="Index">Its index in the tables, its own while it is open.</param>
/// <param name="Interface">The interface's name, which the uplink's or an endpoint's configuration names.</param>
/// <param name="Mtu">The IP MTU of the link in bytes.</param>
/// <param name="HasHostStack">Uplink: the host's kernel shares the interface, answers ARP and takes what is the node's own.</param>
public sealed record AttachedPort(int Index, string Interface, int Mtu, bool HasHostStack = false);
