namespace VRouter.Core.Tests;

/// <summary>
/// Tests that count the bytes that their thread allocates. They run alone: a garbage collection that another test causes meanwhile
/// shows in that count.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "allocation";
}
