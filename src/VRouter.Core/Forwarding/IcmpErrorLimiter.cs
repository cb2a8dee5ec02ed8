using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>Decides whether an ICMP error may be sent now: for its destination, and over all. Destinations share buckets by hash.</summary>
internal sealed class IcmpErrorLimiter(IcmpErrorOptions options)
{
    private const int BucketCount = 1024;
    private readonly TokenBuckets errors = new(options.PerDestination, BucketCount);
    private readonly TokenBuckets pathMtu = new(options.PathMtuPerDestination, BucketCount);
    private readonly TokenBuckets overall = new(options.Overall, 1);

    /// <summary>True if the error may be sent; that counts as sent.</summary>
    /// <param name="destination">Who gets it.</param>
    /// <param name="isPathMtu">True for Fragmentation Needed.</param>
    /// <param name="now">Nanoseconds of the engine's clock.</param>
    public bool TryTake(IPv4Address destination, bool isPathMtu, long now)
    {
        var buckets = isPathMtu ? pathMtu : errors;
        var bucket = (int)(FlowHash.Mix(destination.Value, 0, options.HashSeed) % BucketCount);
        if (!buckets.Has(bucket, now) || !overall.Has(0, now))
            return false;
        buckets.Take(bucket, now);
        overall.Take(0, now);
        return true;
    }
}
