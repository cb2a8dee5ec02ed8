using System.Runtime.InteropServices;

namespace VRouter.Io.Netlink;

/// <summary>struct ifinfomsg, the fixed part of RTM_*LINK.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterfaceMessage
{
    public byte Family;
    private readonly byte pad;
    public ushort Type;
    public int Index;
    public uint Flags;
    public uint Change;
}
