namespace VRouter.Host.Fuzz.Parsers;

/// <summary>
/// A parser of bytes. What it may do: give a result, or say what is wrong in the way that it declares; take memory in proportion to the input.
/// </summary>
/// <param name="tokens">Pieces that mean something to the parser.</param>
internal abstract class ParserTarget(IReadOnlyList<byte[]> tokens) : IFuzzTarget
{
    private readonly ByteMutator mutator = new(tokens);

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public string Arguments => $"--target {Name}";

    /// <inheritdoc/>
    public abstract string Extension { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <inheritdoc/>
    public long Frames { get; protected set; }

    /// <summary>Bytes that a run may allocate, whatever the input.</summary>
    protected virtual long Allowance => 1 << 20;

    /// <summary>Bytes that it may allocate for each byte of input.</summary>
    protected virtual long AllowancePerByte => 64;

    /// <inheritdoc/>
    public void Run(byte[] input, Coverage coverage)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Parse(input, coverage);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var limit = Allowance + (AllowancePerByte * input.Length);
        if (allocated > limit)
            throw new FindingException(Oracles.Memory, $"{input.Length} bytes of input cost {allocated} bytes of memory, more than {limit}");
    }

    /// <inheritdoc/>
    public byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => mutator.Mutate(input, other, random);

    /// <inheritdoc/>
    public IEnumerable<byte[]> Simplify(byte[] input) => ByteMutator.Simplify(input);

    /// <inheritdoc/>
    public abstract string Export(byte[] input, string folder);

    /// <summary>Parses, tells what came of it, and checks the result.</summary>
    protected abstract void Parse(byte[] input, Coverage coverage);

    /// <summary>A message as a feature: its plain words, without what is quoted and without numbers, which are the input's own.</summary>
    protected static uint FeatureOf(string message)
    {
        const int mostWords = 12;
        var hash = 0x811c_9dc5;
        var words = 0;
        foreach (var range in message.AsSpan().Split(' '))
        {
            var word = message.AsSpan(range).TrimEnd(".,;:");
            if (word.StartsWith('\'') || words == mostWords)
                break;
            // A number may be all letters in hexadecimal.
            if (word.ContainsAnyExceptInRange('a', 'z') || !word.ContainsAnyExceptInRange('a', 'f'))
                continue;
            words++;
            foreach (var letter in word)
                hash = (hash ^ letter) * 0x0100_0193;
        }

        return hash;
    }

    /// <summary>A number as a feature: its number of bits.</summary>
    protected static uint Magnitude(long value) => value <= 0 ? 0 : 64 - (uint)long.LeadingZeroCount(value);
}
