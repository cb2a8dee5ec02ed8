using System.Buffers.Binary;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>A VLAN tag that the kernel took out of a frame. The default value is none.</summary>
/// <param name="Protocol">The tag's EtherType, 0x8100 or 0x88a8; 0 for no tag.</param>
/// <param name="Control">Priority, drop eligible and VLAN id.</param>
public readonly record struct VlanTag(ushort Protocol, ushort Control)
{
    /// <summary>Bytes of the two addresses in front of the tag.</summary>
    internal const int AddressesSize = 2 * MacAddress.Size;

    /// <summary>Bytes that the tag adds to a frame.</summary>
    public int Size => Protocol == 0 ? 0 : 4;

    /// <summary>Puts the tag back behind the two addresses.</summary>
    /// <param name="bytes">First <see cref="Size"/> bytes of room, then the frame without the tag, of at least 12 bytes.</param>
    public void Insert(Span<byte> bytes)
    {
        if (Protocol == 0)
            return;
        bytes.Slice(Size, AddressesSize).CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[AddressesSize..], Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(AddressesSize + 2)..], Control);
    }
}
