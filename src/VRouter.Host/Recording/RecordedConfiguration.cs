namespace VRouter.Host.Recording;

/// <summary>The configuration that changes of tables come of: from one change on, until another one follows.</summary>
/// <param name="Change">The number of the first change that may come of it.</param>
/// <param name="Node">The node in it.</param>
/// <param name="Text">The configuration, as a file has it.</param>
internal sealed record RecordedConfiguration(long Change, string Node, string Text)
{
    /// <summary>The longest text in bytes.</summary>
    public const int LongestText = RecordingBlock.LongestChunk / 8;
}
