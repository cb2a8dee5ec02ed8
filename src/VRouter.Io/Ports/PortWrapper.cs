using VRouter.Core.Frames;
using VRouter.Core.Wire;

namespace VRouter.Io.Ports;

/// <summary>A port that is another one but for what a derived class changes. It owns the other one.</summary>
/// <param name="inner">The wrapped port.</param>
public abstract class PortWrapper(IPort inner) : IPort
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public virtual string Driver => inner.Driver;

    /// <inheritdoc/>
    public string Mode => inner.Mode;

    /// <inheritdoc/>
    public string SuperFrameMode => inner.SuperFrameMode;

    /// <inheritdoc/>
    public int Mtu => inner.Mtu;

    /// <inheritdoc/>
    public MacAddress Mac => inner.Mac;

    /// <inheritdoc/>
    public int Descriptor => inner.Descriptor;

    /// <inheritdoc/>
    public PortCounters Counters => inner.Counters;

    /// <inheritdoc/>
    public PortState State => inner.State;

    /// <inheritdoc/>
    public virtual long NextLook(long now) => inner.NextLook(now);

    /// <inheritdoc/>
    public bool TakesSuperFrame(Frame frame) => inner.TakesSuperFrame(frame);

    /// <inheritdoc/>
    public virtual int Receive(FramePool pool, FrameVector vector, long now) => inner.Receive(pool, vector, now);

    /// <inheritdoc/>
    public virtual void Transmit(FrameVector vector) => inner.Transmit(vector);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the wrapped port; derived classes first give back what they hold.</summary>
    protected virtual void Dispose(bool disposing) => inner.Dispose();
}
