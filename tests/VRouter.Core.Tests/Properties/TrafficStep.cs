using VRouter.TestKit.Properties;

namespace VRouter.Core.Tests.Properties;

/// <summary>A step of <see cref="Traffic"/>.</summary>
internal abstract record TrafficStep
{
    /// <summary>A port receives frames, as one vector.</summary>
    public sealed record Receive(int Port, Received[] Frames) : TrafficStep
    {
        /// <inheritdoc/>
        public override string ToString() => $"port {Port} receives {Frames.Length}:\n{string.Join("\n", Frames.Select(frame => frame.ToString()))}";
    }

    /// <summary>New tables, with the routes where they were, or moved.</summary>
    public sealed record Publish(bool Moved) : TrafficStep;

    /// <summary>Time passes, and what is due is done.</summary>
    public sealed record Pass(int Milliseconds) : TrafficStep;
}

/// <summary>A frame that a port receives.</summary>
/// <param name="Bytes">The frame.</param>
/// <param name="TraceId">Non-zero where a trace follows it.</param>
internal sealed record Received(byte[] Bytes, uint TraceId)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var packet = NaivePacket.Read(Bytes.AsSpan(Math.Min(14, Bytes.Length)));
        return $"  {(TraceId != 0 ? "traced " : "")}{Convert.ToHexString(Bytes)}{(packet is null ? "" : $"\n    {packet.ToString().Split(": ")[0]}")}";
    }
}
