namespace VRouter.Host.Bench.Engine;

/// <summary>What was asked for.</summary>
/// <param name="Core">The core that the measuring thread stayed on.</param>
/// <param name="Rounds">Measured rounds of each path.</param>
/// <param name="FramesPerRound">Frames that a round forwards, in a path that fills its vectors evenly.</param>
/// <param name="WarmUpSeconds">The least time of unmeasured rounds before.</param>
/// <param name="VectorSize">Frames for each call of the engine.</param>
/// <param name="FrameSize">Bytes of a frame, FCS included, without tunnel headers.</param>
/// <param name="Prefixes">Remote /26 prefixes, except for plain-full-table.</param>
/// <param name="Peers">Nodes behind which they lie.</param>
/// <param name="RouteSource">For plain-full-table: the file, or "generated"; else null.</param>
internal sealed record EngineSettings(
    int Core,
    int Rounds,
    int FramesPerRound,
    double WarmUpSeconds,
    int VectorSize,
    int FrameSize,
    int Prefixes,
    int Peers,
    string? RouteSource);
