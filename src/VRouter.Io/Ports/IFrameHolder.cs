namespace VRouter.Io.Ports;

/// <summary>A port that keeps frames of the worker's pool beyond its calls, because the kernel has them.</summary>
public interface IFrameHolder
{
    /// <summary>Closes the port, which the worker does not use any more: afterwards nobody else touches its frames. May take milliseconds; any thread.</summary>
    void Close();

    /// <summary>Returns the frames that the port had, after <see cref="Close"/>. On the worker's thread, since the pool is the worker's.</summary>
    void ReturnFrames();
}
