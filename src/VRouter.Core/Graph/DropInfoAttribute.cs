namespace VRouter.Core.Graph;

/// <summary>What a member of <see cref="DropReason"/> means: the source of command-line texts, metrics and documents.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class DropInfoAttribute(string sentence, DropSeverity severity, IcmpReply icmp = IcmpReply.None) : Attribute
{
    /// <summary>One sentence for an operator, ending in a full stop.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>How much it matters.</summary>
    public DropSeverity Severity { get; } = severity;

    /// <summary>The ICMP error that it causes.</summary>
    public IcmpReply Icmp { get; } = icmp;
}
