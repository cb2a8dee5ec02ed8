namespace VRouter.Host.Fuzz;

/// <summary>
/// What one run of a target did, as a set of features with counts: a stage's verdict after another's, a drop reason, a kind of message. Features are hashed into
/// a map of fixed size, as AFL does, so that two may share a place. What instrumented code ran, if any is, stands behind them.
/// </summary>
internal sealed class Coverage
{
    /// <summary>Places of the map.</summary>
    public const int Size = Features + InstrumentedCode.Size;

    private const int Features = 1 << 16;

    private readonly byte[] counts = new byte[Size];
    private readonly List<int> touched = [];

    /// <summary>The places that were met since <see cref="Begin"/>, each once.</summary>
    public IReadOnlyList<int> Touched => touched;

    /// <summary>A run begins: forgets all.</summary>
    public void Begin()
    {
        foreach (var place in touched)
            counts[place] = 0;
        touched.Clear();
        InstrumentedCode.Clear();
    }

    /// <summary>All is there that the run needs: code that prepared it, which may be at hand next time, does not count.</summary>
    public void Prepared() => InstrumentedCode.Clear();

    /// <summary>The run has ended: takes in what instrumented code ran.</summary>
    public void End()
    {
        if (!InstrumentedCode.IsPresent)
            return;
        var code = InstrumentedCode.Map;
        for (var place = 0; code[place..].IndexOfAnyExcept((byte)0) is >= 0 and var distance; place += distance + 1)
        {
            counts[Features + place + distance] = code[place + distance];
            touched.Add(Features + place + distance);
        }
    }

    /// <summary>Meets a feature once more.</summary>
    public void Add(uint feature)
    {
        var place = (int)((feature * 0x9e37_79b1) >> 16);
        if (counts[place] == 0)
            touched.Add(place);
        if (counts[place] < byte.MaxValue)
            counts[place]++;
    }

    /// <summary>Meets a feature that has two parts.</summary>
    public void Add(uint first, uint second) => Add((first * 0x85eb_ca6b) ^ second);

    /// <summary>Adds the counts of all features, without those of instrumented code, to another map of as many places.</summary>
    public void AddFeaturesTo(Span<byte> map)
    {
        foreach (var place in touched)
        {
            if (place < Features)
                map[place] = (byte)Math.Min(map[place] + counts[place], byte.MaxValue);
        }
    }

    /// <summary>How often a place was met, as one bit for 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more.</summary>
    public byte BucketOf(int place) => counts[place] switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
