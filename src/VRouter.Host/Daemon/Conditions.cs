using System.Collections.Immutable;
using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon;

/// <summary>
/// What is not as it should be, as long as it is so: each condition is logged when it begins, when it changes and when it ends, and not in
/// between. One thread writes, any may read.
/// </summary>
public sealed class Conditions(DaemonLog log)
{
    private ImmutableSortedDictionary<string, Condition> current = ImmutableSortedDictionary<string, Condition>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>All that hold now, ordered by subject.</summary>
    public IEnumerable<Condition> Current => Volatile.Read(ref current).Values;

    /// <summary>Replaces the conditions of one origin.</summary>
    /// <param name="origin">Who found them, as "ports".</param>
    /// <param name="found">What holds now; one condition for each subject.</param>
    public void Replace(string origin, IEnumerable<Condition> found)
    {
        var before = current;
        var after = before.RemoveRange(before.Keys.Where(key => key.StartsWith(origin + "/", StringComparison.Ordinal)));
        foreach (var condition in found)
            after = after.SetItem($"{origin}/{condition.Subject}", condition);
        Volatile.Write(ref current, after);
        foreach (var (key, condition) in after)
        {
            if (!before.TryGetValue(key, out var known) || known != condition)
                Log(condition);
        }

        foreach (var (_, ended) in before.Where(item => !after.ContainsKey(item.Key)))
            log.Info($"{ended.Subject}: no longer so: {ended.Text}");
    }

    private void Log(Condition condition)
    {
        var text = $"{condition.Subject}: {condition.Text}";
        if (condition.Severity == DiagnosticSeverity.Error)
            log.Error(text);
        else
            log.Warning(text);
    }
}
