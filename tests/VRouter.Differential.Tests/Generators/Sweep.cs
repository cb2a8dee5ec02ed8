namespace VRouter.Differential.Tests.Generators;

/// <summary>All cases that are the same in each run: every field over its values.</summary>
internal static class Sweep
{
    /// <summary>The cases, in a fixed order.</summary>
    public static IEnumerable<Case> Cases() => Way.All
        .SelectMany(way => HeaderSweeps.Of(way).Concat(OptionSweeps.Of(way)).Concat(AddressSweeps.Ethernet(way)).Concat(TransportSweeps.Of(way)))
        .Concat(OptionSweeps.Exhaustive())
        .Concat(AddressSweeps.Pairs())
        .Concat(VxlanSweeps.Cases())
        .Concat(ArpSweeps.Cases());
}
