using VRouter.Core.Frames;

namespace VRouter.TestKit;

/// <summary>A frame that left the stages under test.</summary>
/// <param name="To">"transmit 1" (the port's index), or the name of the stage that it went on to.</param>
/// <param name="Bytes">Its bytes then.</param>
/// <param name="Metadata">What was known of it then.</param>
public sealed record StageOutcome(string To, byte[] Bytes, FrameMetadata Metadata);
