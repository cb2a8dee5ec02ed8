namespace VRouter.Core.Graph;

/// <summary>What becomes of a frame after a stage: the next edge, a drop with its reason, or one of three ends.</summary>
public readonly struct Verdict : IEquatable<Verdict>
{
    private const ushort EndFlag = 0x4000;
    private const ushort DropFlag = 0x8000;
    private readonly ushort code;

    private Verdict(int code) => this.code = (ushort)code;

    /// <summary>The frame leaves through the port <c>Metadata.TxPort</c>. Counted as answered if <c>FrameFlags.Answer</c> is set, else as forwarded.</summary>
    public static Verdict Transmit => new(EndFlag);

    /// <summary>The router took in what the frame says (an ARP reply), or leaves the packet to the host's own stack. The graph frees the frame.</summary>
    public static Verdict Deliver => new(EndFlag + 1);

    /// <summary>The stage keeps the frame for now and gives it back later through <see cref="StageContext.Release"/>.</summary>
    public static Verdict Hold => new(EndFlag + 2);

    /// <summary>True for <see cref="Drop"/>.</summary>
    public bool IsDrop => (code & DropFlag) != 0;

    /// <summary>True for <see cref="To"/>.</summary>
    public bool IsEdge => code < EndFlag;

    /// <summary>The edge of <see cref="To"/>.</summary>
    public int Edge => code;

    /// <summary>The reason of <see cref="Drop"/>.</summary>
    public DropReason Reason => (DropReason)(byte)code;

    /// <summary>On to the stage that the edge of this number leads to.</summary>
    public static Verdict To(int edge) => new(edge);

    /// <summary>Discard.</summary>
    public static Verdict Drop(DropReason reason) => new(DropFlag | (byte)reason);

    /// <inheritdoc/>
    public bool Equals(Verdict other) => code == other.code;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Verdict other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => code;

    /// <inheritdoc/>
    public override string ToString() => IsDrop ? $"drop {DropReasons.Label(Reason)}"
        : IsEdge ? $"edge {Edge}"
        : this == Transmit ? "transmit" : this == Deliver ? "deliver" : "hold";

    /// <summary>Equality.</summary>
    public static bool operator ==(Verdict left, Verdict right) => left.code == right.code;

    /// <summary>Inequality.</summary>
    public static bool operator !=(Verdict left, Verdict right) => left.code != right.code;
}
