using System.Buffers.Binary;
using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Makes super-frames that are right, with the virtio-net header that the kernel would give them, and spoils that header.</summary>
internal sealed class SuperFrameForge(FuzzNetwork network, FuzzRandom random)
{
    private const int TypeAt = 1;
    private const int NumbersAt = 2;

    private static readonly int[] PayloadLengths = [0, 1, 8, 100, 1449, 1460, 2900, 4000, 8000];
    private static readonly int[] SegmentSizes = [1, 7, 8, 100, 536, 1000, 1360, 1400, 1448, 1452, 1460, 1472, 3000, 9000, 65535];

    private readonly FrameForge forge = new(network, random);

    /// <summary>A super-frame that comes in by a port: TCP or UDP, from the uplink also within a tunnel.</summary>
    public CaseEvent Event(int port)
    {
        var isTcp = random.Once(2);
        var length = random.Once(20) ? random.Next(64_000) : random.Pick(PayloadLengths) + random.Next(3);
        // Bytes of a segment are few only where there are not many of them.
        var size = Math.Max(random.Pick(SegmentSizes), length / 64);
        var packet = forge.IPv4(forge.SourceAt(port), port == 0 ? forge.ToUs() : forge.Anywhere(), isTcp ? 6 : 17, length);
        var isTunnelled = port == 0 && network.View.Peers.Length > 0 && length < 60_000 && random.Once(2);
        var isVxlan = isTunnelled && random.Once(2);
        var frame = isTunnelled ? forge.Tunnelled(packet, isVxlan) : forge.Ethernet(port, 0x0800, packet);
        var transport = 14 + (isVxlan ? 50 : isTunnelled ? 20 : 0) + 20;
        var type = isTcp ? VirtioNetHeader.GsoTcp4 : isTunnelled || random.Once(2) ? VirtioNetHeader.GsoUdpDatagrams : VirtioNetHeader.GsoUdpFragments;
        byte[] header = [random.Once(5) && !isTunnelled ? (byte)0 : VirtioNetHeader.NeedsChecksumFlag, type, .. new byte[VirtioNetHeader.Size - NumbersAt]];
        Put(header, NumbersAt, transport + (isTcp ? 20 : 8));
        Put(header, NumbersAt + 2, size);
        Put(header, NumbersAt + 4, transport);
        Put(header, NumbersAt + 6, isTcp ? 16 : 6);
        return CaseEvent.SuperFrame(port, header, frame);
    }

    /// <summary>Changes the virtio-net header in front of a super-frame.</summary>
    public static byte[] Mutate(byte[] bytes, FuzzRandom random)
    {
        byte[] copy = [.. bytes];
        switch (random.Next(4))
        {
            case 0:
                copy[random.Next(VirtioNetHeader.Size)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                copy[TypeAt] = random.Pick((byte[])[1, 3, 4, 5, 0x81, 0x85, 2, 6]);
                break;
            case 2:
                Put(copy, NumbersAt + (2 * random.Next(4)), random.Pick((int[])[0, 1, 13, 14, 15, 33, 34, 35, 54, 0x7fff, 0xfffe, 0xffff]));
                break;
            default:
                Put(copy, NumbersAt + 2, 1 + random.Next(2000));
                break;
        }

        return copy;
    }

    // Numbers of this header are in the host's order.
    private static void Put(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);
}
