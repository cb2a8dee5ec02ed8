namespace VRouter.Host.Lab;

/// <summary>A place in a topology file. Lines and columns count from 1.</summary>
public readonly record struct TopologyLocation(string File, int Line, int Column)
{
    /// <summary>"file:line:column".</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
