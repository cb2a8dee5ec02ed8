namespace VRouter.Host.Configuration.Reading;

/// <summary>A mapping from text keys to values, in the order written.</summary>
internal sealed class MappingNode(SourceLocation location) : DocumentNode(location)
{
    private readonly Dictionary<string, MappingEntry> byKey = [];
    private readonly List<MappingEntry> entries = [];

    public IReadOnlyList<MappingEntry> Entries => entries;

    public override string Description => "a mapping";

    public MappingEntry? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Adds an entry; false, and no change, if the key is there already.</summary>
    public bool TryAdd(MappingEntry entry)
    {
        if (!byKey.TryAdd(entry.Key.Text, entry))
            return false;
        entries.Add(entry);
        Weight += 1 + entry.Value.Weight;
        return true;
    }
}
