namespace VRouter.Host.Demo;

/// <summary>The demo's network as a drawing of 76 columns.</summary>
internal static class DemoDrawing
{
    /// <summary>The lines.</summary>
    public const string Text = """
          busybox-1            busybox-2                      busybox-3     pods
        192.168.187.211      192.168.135.74                 192.168.121.2
               │                    │                             │
         ┌───────────┐        ┌───────────┐                 ┌───────────┐
         │ walker-1  │        │ walker-2  │                 │  demi-1   │  nodes,
         │  vrouter  │        │  vrouter  │                 │  vrouter  │  a router each
         └───────────┘        └───────────┘                 └───────────┘
          172.16.6.47          172.16.6.249                172.16.199.114
               │                    │                             │
        ═══════╧════════ VLAN 6 ════╧══════╗       ╔══ VLAN 199 ══╧═════
                                       ┌─────────────┐
                                       │   gateway   │                   knows nodes,
                                       └─────────────┘                   but no pods
        """;
}
