namespace VRouter.Core.Forwarding;

/// <summary>
/// Token buckets of one measure. A bucket is a single time: when the tokens taken so far will have been paid for (the "theoretical arrival time" of the
/// generic cell rate algorithm, ITU-T I.371). So there are no fractions, and equal times give equal decisions.
/// </summary>
internal sealed class TokenBuckets
{
    private readonly long[] paidAt;
    private readonly long interval;
    private readonly long tolerance;

    /// <summary>Makes full buckets.</summary>
    public TokenBuckets(RateLimit limit, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit.PerSecond, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit.Burst, nameof(limit));
        interval = Math.Max(1_000_000_000L / limit.PerSecond, 1);
        tolerance = interval * (limit.Burst - 1);
        paidAt = new long[count];
        Array.Fill(paidAt, long.MinValue / 2);
    }

    /// <summary>True if the bucket has a token.</summary>
    public bool Has(int bucket, long now) => paidAt[bucket] - now <= tolerance;

    /// <summary>Takes a token.</summary>
    public void Take(int bucket, long now) => paidAt[bucket] = Math.Max(paidAt[bucket], now) + interval;
}
