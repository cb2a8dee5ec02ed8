namespace VRouter.Core.Tables;

/// <summary>The one writer's side of a <see cref="IFib"/>. Calls come from one thread at a time.</summary>
public interface IFibWriter : IFib
{
    /// <summary>Adds the prefix or replaces its adjacency.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="adjacency"/> is negative or does not fit (24 bits).</exception>
    void Set(IPv4Prefix prefix, int adjacency);

    /// <summary>Removes the prefix; addresses in it fall back to the next shorter one.</summary>
    /// <returns>False if it was not there.</returns>
    bool Remove(IPv4Prefix prefix);
}
