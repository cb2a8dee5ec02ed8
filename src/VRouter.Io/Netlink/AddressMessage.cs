using System.Runtime.InteropServices;

namespace VRouter.Io.Netlink;

/// <summary>struct ifaddrmsg, the fixed part of RTM_*ADDR.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressMessage
{
    public byte Family;
    public byte PrefixLength;
    public byte Flags;
    public byte Scope;
    public uint Index;
}
