using System.Collections;
using System.Collections.Immutable;

namespace VRouter.Host.Configuration;

/// <summary>All findings about one configuration, ordered by file, line and column.</summary>
public sealed class Diagnostics : IReadOnlyList<Diagnostic>
{
    private readonly ImmutableArray<Diagnostic> items;

    /// <summary>Takes the findings in any order.</summary>
    public Diagnostics(IEnumerable<Diagnostic> items)
    {
        this.items = [.. items.OrderBy(item => item.Location)];
        ErrorCount = this.items.Count(item => item.Severity == DiagnosticSeverity.Error);
    }

    /// <summary>No findings.</summary>
    public static Diagnostics Empty { get; } = new([]);

    /// <summary>The number of errors among the findings.</summary>
    public int ErrorCount { get; }

    /// <summary>The number of warnings among the findings.</summary>
    public int WarningCount => items.Length - ErrorCount;

    /// <summary>True if the configuration cannot be applied.</summary>
    public bool HasErrors => ErrorCount > 0;

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <inheritdoc/>
    public Diagnostic this[int index] => items[index];

    /// <inheritdoc/>
    public IEnumerator<Diagnostic> GetEnumerator() => ((IEnumerable<Diagnostic>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One finding per line.</summary>
    public override string ToString() => string.Join('\n', items);
}
