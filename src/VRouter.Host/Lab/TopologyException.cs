namespace VRouter.Host.Lab;

/// <summary>A topology file that cannot be used. Each message stands on a line of its own and begins with "file:line:column: ".</summary>
public sealed class TopologyException : Exception
{
    /// <summary>Takes everything that is wrong with the file, in the order of its lines.</summary>
    public TopologyException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>The messages, at least one.</summary>
    public IReadOnlyList<string> Errors { get; }
}
