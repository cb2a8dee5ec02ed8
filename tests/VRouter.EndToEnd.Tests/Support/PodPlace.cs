namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A pod, and where it is.</summary>
/// <param name="Name">The pod.</param>
/// <param name="Address">Its address.</param>
/// <param name="Node">Its node.</param>
/// <param name="NodeAddress">The node's address.</param>
/// <param name="Network">The node's network.</param>
internal sealed record PodPlace(string Name, string Address, string Node, string NodeAddress, string Network);
