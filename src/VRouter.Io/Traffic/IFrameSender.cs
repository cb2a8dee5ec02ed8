namespace VRouter.Io.Traffic;

/// <summary>Sends prepared frames again and again out of one interface, as a load generator does. One thread at a time.</summary>
public interface IFrameSender : IDisposable
{
    /// <summary>How the frames reach the kernel: "af-xdp" or "sendmmsg".</summary>
    string Method { get; }

    /// <summary>Frames whose sending is over: given to the interface, which may still have dropped them and then counted that.</summary>
    long Sent { get; }

    /// <summary>Offers the next frames, in turn.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>How many the kernel took or has queued; fewer if it has no room just now.</returns>
    int Send(int count);

    /// <summary>Pushes out what is queued, until nothing is; at most a tenth of a second.</summary>
    void Flush();
}
