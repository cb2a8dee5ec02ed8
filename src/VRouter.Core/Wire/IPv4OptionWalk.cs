namespace VRouter.Core.Wire;

/// <summary>
/// Goes through the options of a header (RFC 791 §3.1) from one that has a length to the next; no-operations are passed over. It ends at the end of the list, at the end of
/// the header, or at an option whose length cannot be: under 2, beyond the header, or not there.
/// </summary>
/// <param name="options">All options, padding included: any bytes.</param>
public ref struct IPv4OptionWalk(Span<byte> options)
{
    private readonly Span<byte> options = options;
    private int next;

    /// <summary>Where the option begins, counted from the first option; where the walk ended, after <see cref="MoveNext"/> said so.</summary>
    public int Start { get; private set; }

    /// <summary>The option: type, length, and what belongs to it; at least 2 bytes.</summary>
    public Span<byte> Option { get; private set; }

    /// <summary>True if the walk ended at an option whose length cannot be.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The option's type.</summary>
    public readonly byte Type => Option[0];

    /// <summary>What stands behind the end of the list, after the walk ended there; else empty.</summary>
    public readonly Span<byte> Padding => Start < options.Length && options[Start] == IPv4OptionType.EndOfList ? options[(Start + 1)..] : [];

    /// <summary>Goes to the next option.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        while (next < options.Length && options[next] == IPv4OptionType.NoOperation)
            next++;
        Start = next;
        Option = default;
        if (next >= options.Length || options[next] == IPv4OptionType.EndOfList)
            return false;
        var length = next + 1 < options.Length ? options[next + 1] : 0;
        IsMalformed = length < 2 || length > options.Length - next;
        if (IsMalformed)
            return false;
        Option = options.Slice(next, length);
        next += length;
        return true;
    }
}
