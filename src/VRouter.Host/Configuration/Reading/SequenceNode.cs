namespace VRouter.Host.Configuration.Reading;

/// <summary>A list.</summary>
internal sealed class SequenceNode(SourceLocation location) : DocumentNode(location)
{
    private readonly List<DocumentNode> items = [];

    public IReadOnlyList<DocumentNode> Items => items;

    public override string Description => "a list";

    public void Add(DocumentNode item)
    {
        items.Add(item);
        Weight += item.Weight;
    }
}
