namespace VRouter.Host.Fuzz;

/// <summary>All that was ever met.</summary>
internal sealed class CoverageMap
{
    private readonly byte[] seen = new byte[Coverage.Size];

    /// <summary>Features that were met.</summary>
    public int Features { get; private set; }

    /// <summary>Takes in what a run did.</summary>
    /// <returns>True if it met a feature that no run met before, or met one in a new order of magnitude.</returns>
    public bool Merge(Coverage coverage)
    {
        var isNew = false;
        foreach (var place in coverage.Touched)
        {
            var bucket = coverage.BucketOf(place);
            if ((seen[place] & bucket) != 0)
                continue;
            if (seen[place] == 0)
                Features++;
            seen[place] |= bucket;
            isNew = true;
        }

        return isNew;
    }
}
