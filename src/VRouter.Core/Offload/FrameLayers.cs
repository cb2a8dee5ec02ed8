using System.Buffers.Binary;
using VRouter.Core.Wire;

namespace VRouter.Core.Offload;

/// <summary>Finds the network header of a frame that may carry VLAN tags.</summary>
public static class FrameLayers
{
    private const int AddressesSize = 2 * MacAddress.Size;
    private const int TagSize = 4;
    private const int MaximumTags = 2;

    /// <summary>The EtherType behind up to two tags, and where its payload begins; 0 if the frame is too short.</summary>
    public static ushort EtherTypeOf(ReadOnlySpan<byte> frame, out int payload)
    {
        payload = AddressesSize + sizeof(ushort);
        for (var tags = 0; payload <= frame.Length; tags++)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame[(payload - sizeof(ushort))..]);
            if (type is not (EtherType.Vlan or EtherType.QinQ) || tags == MaximumTags)
                return type;
            payload += TagSize;
        }

        return 0;
    }

    /// <summary>True if the frame carries IPv4, and where its header begins.</summary>
    public static bool TryFindIPv4(ReadOnlySpan<byte> frame, out int offset) => EtherTypeOf(frame, out offset) == EtherType.IPv4;
}
