using System.Runtime.InteropServices;

namespace VRouter.Io.Netlink;

/// <summary>struct rtmsg, the fixed part of RTM_*ROUTE.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteMessage
{
    public byte Family;
    public byte DestinationLength;
    public byte SourceLength;
    public byte TypeOfService;
    public byte Table;
    public byte Protocol;
    public byte Scope;
    public byte Type;
    public uint Flags;
}
