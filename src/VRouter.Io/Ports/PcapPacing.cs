namespace VRouter.Io.Ports;

/// <summary>When the frames of a capture are received.</summary>
public enum PcapPacing
{
    /// <summary>As fast as the worker takes them.</summary>
    Immediate,

    /// <summary>At the distances of their timestamps, on the worker's clock.</summary>
    Original,
}
