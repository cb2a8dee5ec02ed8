using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;

namespace VRouter.Core.Graph;

/// <summary>All that a stage may reach for beside its vector: the tables of this pass, the time of this pass, and new frames.</summary>
public sealed class StageContext
{
    private const ulong NanosecondsPerMillisecond = 1_000_000, MillisecondsPerDay = 86_400_000;
    private const uint NotStandard = 0x8000_0000;

    private readonly StageGraph graph;

    internal StageContext(StageGraph graph, ForwardingTables tables)
    {
        this.graph = graph;
        Tables = tables;
    }

    /// <summary>The compiled tables; the same for a whole pass.</summary>
    public ForwardingTables Tables { get; internal set; }

    /// <summary>The time of this pass: nanoseconds of a monotonic clock that the caller of the engine chose.</summary>
    public long Now { get; internal set; }

    /// <summary>
    /// <see cref="Now"/> as a timestamp option has it (RFC 791 §3.1): milliseconds since midnight UT; where UT is not known, milliseconds of the engine's clock with the
    /// highest bit set.
    /// </summary>
    public uint OptionTime => UniversalTimeOffset is { } offset
        ? (uint)((ulong)Math.Max(0, Now + offset) / NanosecondsPerMillisecond % MillisecondsPerDay)
        : NotStandard | (uint)((ulong)Math.Max(0, Now) / NanosecondsPerMillisecond);

    /// <summary>From <see cref="Now"/> to nanoseconds since 1970-01-01 UT; null: not known.</summary>
    internal long? UniversalTimeOffset { get; set; }

    /// <summary>The pool of this worker, for its <see cref="FramePool.FrameCapacity"/>. Stages rent through <see cref="TryOriginate"/>.</summary>
    public FramePool Pool => graph.Pool;

    /// <summary>The port that received the vector, for the shortcut, which writes it to the frames; -1: it stands there.</summary>
    internal int RxPort { get; set; }

    /// <summary>Told of lower path MTUs instead of their cells; see <c>ForwardingEngine.PathMtuTold</c>.</summary>
    internal Action<Tunnel, int, long>? PathMtuTold { get; set; }

    /// <summary>Index of the stage that runs now.</summary>
    internal int CurrentStage { get; set; }

    /// <summary>
    /// Takes a fresh frame that counts as originated: <c>FrameFlags.Originated</c> is set, the length is 0. It must be passed to <see cref="Emit"/>
    /// within the same call.
    /// </summary>
    /// <returns>False if the pool is empty; the failure is counted as <see cref="DropReason.NoBuffer"/> of an originated frame.</returns>
    public bool TryOriginate(out Frame frame) => graph.TryOriginate(out frame);

    /// <summary>
    /// Puts a frame's bytes and metadata into a large one, which takes its place in the vector and in the books; the small one is free again.
    /// </summary>
    /// <returns>False if no large frame is free: nothing has changed.</returns>
    public bool TryEnlarge(FrameVector vector, int index) => graph.TryEnlarge(vector, index);

    /// <summary>
    /// Puts a frame that is in a large slot, but fits a small one, into such a one, which takes its place in the vector and in the books: large ones are few, and not
    /// every port can send from them. Without a free one it stays where it is.
    /// </summary>
    public void Shrink(FrameVector vector, int index) => graph.Shrink(vector, index);

    /// <summary>Sends a frame of <see cref="TryOriginate"/> on its way by one of this stage's edges or ends.</summary>
    public void Emit(Frame frame, Verdict verdict) => graph.Emit(CurrentStage, frame, verdict);

    /// <summary>Notes that the path of a tunnel takes no outer packet longer than this.</summary>
    /// <param name="tunnel">The tunnel.</param>
    /// <param name="mtu">The outer MTU in bytes.</param>
    /// <returns>The outer MTU that is believed of the path now.</returns>
    public int LowerPathMtu(Tunnel tunnel, int mtu)
    {
        if (PathMtuTold is not { } told)
        {
            tunnel.PathMtu.Lower(mtu, Now);
            return tunnel.PathMtu.Get(Now);
        }

        mtu = PathMtu.Believable(mtu);
        var known = tunnel.PathMtu.Get(Now);
        if (mtu >= known)
            return known;
        told(tunnel, mtu, Now);
        return mtu;
    }

    /// <summary>Gives a held frame back to the graph, on its way by one of this stage's edges or ends (also <see cref="Verdict.Drop"/>).</summary>
    public void Release(Frame frame, Verdict verdict) => graph.Release(CurrentStage, frame, verdict);
}
