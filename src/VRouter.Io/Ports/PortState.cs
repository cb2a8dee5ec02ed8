namespace VRouter.Io.Ports;

/// <summary>Whether frames can pass a port.</summary>
/// <param name="IsUp">True if they can.</param>
/// <param name="Reason">If not: why, in words for an operator ("the interface is down").</param>
public readonly record struct PortState(bool IsUp, string Reason)
{
    /// <summary>Frames pass.</summary>
    public static PortState Up { get; } = new(true, "");

    /// <summary>No frames pass.</summary>
    public static PortState Down(string reason) => new(false, reason);
}
