using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Something that happens to the router: a frame comes in, or its network changes.</summary>
/// <param name="Kind">Which, and for a frame the port, modulo the number of ports: the low six bits; the top bit is set for a change, the one below for a super-frame.</param>
/// <param name="DelayCode">How long after the event before, see <see cref="Delays"/>.</param>
/// <param name="Bytes">The frame, for a super-frame behind its virtio-net header, or the new <see cref="NetworkShape"/>.</param>
internal sealed record CaseEvent(byte Kind, byte DelayCode, byte[] Bytes)
{
    private const byte ChangeBit = 0x80;
    private const byte SuperFrameBit = 0x40;
    private const long Millisecond = 1_000_000;

    /// <summary>Time to the event before, in nanoseconds, by <see cref="DelayCode"/> modulo their number.</summary>
    public static readonly long[] Delays =
    [
        0, 0, 0, 0, 1000, Millisecond, 49 * Millisecond, 50 * Millisecond, 200 * Millisecond, 999 * Millisecond, 1000 * Millisecond, 1001 * Millisecond,
        3100 * Millisecond, 10_000 * Millisecond, 61_000 * Millisecond, 601_000 * Millisecond,
    ];

    /// <summary>True if the network changes.</summary>
    public bool IsChange => (Kind & ChangeBit) != 0;

    /// <summary>What the kernel says of a super-frame, whatever its bytes mean; null: the frame is none.</summary>
    public VirtioNetHeader? Offload =>
        !IsChange && (Kind & SuperFrameBit) != 0 && Bytes.Length >= VirtioNetHeader.Size && VirtioNetHeader.Read(Bytes) is { IsSuperFrame: true } header ? header : null;

    /// <summary>Time to the event before, in nanoseconds.</summary>
    public long Delay => Delays[DelayCode % Delays.Length];

    /// <summary>The index of the port that receives the frame.</summary>
    public int PortOf(int ports) => (Kind & ~SuperFrameBit) % ports;

    /// <summary>The same at another port.</summary>
    public CaseEvent WithPort(int port) => this with { Kind = (byte)((Kind & SuperFrameBit) | port) };

    /// <summary>A frame that comes in.</summary>
    public static CaseEvent Frame(int port, byte[] bytes, byte delayCode = 0) => new((byte)port, delayCode, bytes);

    /// <summary>A super-frame that comes in.</summary>
    public static CaseEvent SuperFrame(int port, byte[] header, byte[] frame) => new((byte)(port | SuperFrameBit), 0, [.. header, .. frame]);

    /// <summary>The network changes.</summary>
    public static CaseEvent Change(NetworkShape shape, byte delayCode = 0) => new(ChangeBit, delayCode, shape.Bytes.ToArray());
}
