namespace VRouter.Host.Bench.Io;

/// <summary>What is measured: something that takes frames from a pod's interface and sends them on to another node, in a lab of its own.</summary>
internal interface IForwarder : IAsyncDisposable
{
    /// <summary>The name in the report.</summary>
    string Name { get; }

    /// <summary>What else people should know about it, or null.</summary>
    string? Remark { get; }

    /// <summary>The lab.</summary>
    IoLab Lab { get; }

    /// <summary>The encapsulation that it does; a forwarder of plain frames is measured beside others too.</summary>
    IoMode Mode { get; }

    /// <summary>True if it routes: lowers the TTL and more.</summary>
    bool Routes { get; }

    /// <summary>True if every frame that it loses is in <see cref="DropsAsync"/>.</summary>
    bool Explains => false;

    /// <summary>
    /// Lets it run, or stops it while others are measured: a program that never sleeps would take half of their core. What sleeps by itself when nothing comes ignores it.
    /// </summary>
    void Take(bool turn)
    {
    }

    /// <summary>Nanoseconds that its threads have run on their core; null if it works on the sender's.</summary>
    long? ProcessorTime();

    /// <summary>Nanoseconds that threads have run which work for it beside those of <see cref="ProcessorTime"/>, on any core; null if there are none.</summary>
    long? OtherProcessorTime() => null;

    /// <summary>Frames that it has dropped so far, by reason.</summary>
    Task<IReadOnlyDictionary<string, long>> DropsAsync(CancellationToken cancellation);
}
