namespace VRouter.Io.Netlink;

/// <summary>Something that changed in the kernel, as <see cref="RtnetlinkMonitor"/> reports it.</summary>
public abstract record KernelChange
{
    private KernelChange()
    {
    }

    /// <summary>An interface is new or changed.</summary>
    /// <param name="Link">Its state now.</param>
    public sealed record LinkSet(Link Link) : KernelChange;

    /// <summary>An interface is gone.</summary>
    /// <param name="Link">Its last state.</param>
    public sealed record LinkRemoved(Link Link) : KernelChange;

    /// <summary>An address is new or changed.</summary>
    /// <param name="Address">The address.</param>
    public sealed record AddressSet(InterfaceAddress Address) : KernelChange;

    /// <summary>An address is gone.</summary>
    /// <param name="Address">The address.</param>
    public sealed record AddressRemoved(InterfaceAddress Address) : KernelChange;

    /// <summary>A route is new or replaced.</summary>
    /// <param name="Route">The route.</param>
    public sealed record RouteSet(KernelRoute Route) : KernelChange;

    /// <summary>A route is gone. (The kernel does not report routes that go with their interface; a removed or downed link implies them.)</summary>
    /// <param name="Route">The route.</param>
    public sealed record RouteRemoved(KernelRoute Route) : KernelChange;

    /// <summary>Messages were lost or not understood: what is known is stale, and must be dumped again.</summary>
    /// <param name="Reason">Why, as a sentence.</param>
    public sealed record ResyncNeeded(string Reason) : KernelChange;
}
