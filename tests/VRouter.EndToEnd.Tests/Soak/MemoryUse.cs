namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>What this process, in which the router runs, holds at one moment.</summary>
/// <param name="Managed">Bytes of live objects, after a collection.</param>
/// <param name="Resident">Bytes in physical memory.</param>
internal sealed record MemoryUse(long Managed, long Resident)
{
    // Tests around it, and the compiler that exchanges hot code, take some of it. What a run leaks grows with its length.
    private const long MostManagedGrowth = 8 << 20;
    private const long MostResidentGrowth = 64 << 20;

    /// <summary>Reads it.</summary>
    public static MemoryUse Read() => new(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);

    /// <summary>Fails if it has grown since then by more than a run of any length may.</summary>
    public void AssertFlatSince(MemoryUse before)
    {
        Assert.True(Managed - before.Managed < MostManagedGrowth, $"live objects grew from {before} to {this}");
        Assert.True(Resident - before.Resident < MostResidentGrowth, $"resident memory grew from {before} to {this}");
    }
}
