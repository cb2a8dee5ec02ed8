namespace VRouter.Host.Fuzz;

/// <summary>
/// What one run of a target did, as a set of features with counts: a stage's verdict after another's, a drop reason, a kind of message. Features are hashed into
/// a map of fixed size, as AFL does, so that two may share a place.
/// </summary>
internal sealed class Coverage
{
    /// <summary>Places of the map.</summary>
    public const int Size = 1 << 16;

    private readonly byte[] counts = new byte[Size];
    private readonly List<int> touched = [];

    /// <summary>The places that were met since <see cref="Clear"/>, each once.</summary>
    public IReadOnlyList<int> Touched => touched;

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

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        foreach (var place in touched)
            counts[place] = 0;
        touched.Clear();
    }
}
