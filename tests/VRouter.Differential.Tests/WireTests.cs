using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;
using VRouter.Differential.Tests.Running;
using Xunit.Abstractions;

namespace VRouter.Differential.Tests;

/// <summary>
/// A sample of the sweep over real interfaces: the router on af-packet ports and veths sends, byte for byte, what it sends in memory, and that diverges from the kernel's only as
/// docs/divergences.md declares.
/// </summary>
public sealed class WireTests(ITestOutputHelper output)
{
    // Prime, so that the sample walks through ways and fields.
    private const int Every = 331;

    [SkippableFact]
    public void Sweep_ASampleOverVeths_IsAsInMemoryAndDivergesOnlyAsDeclared()
    {
        using var twins = new Twins(DivergenceList.Read());
        using var wire = new WireSide(strictVxlan: true, twins.UniversalTimeOffset);
        var tally = new Tally();
        foreach (var tried in Sweep.Cases().Where((_, number) => number % Every == 0))
        {
            var judgement = Try(tried, twins, wire);
            // What the host's limit of errors about routes makes of a case may be gone with the second.
            if (judgement.IsNew)
                judgement = Try(tried, twins, wire);
            Assert.False(judgement.IsNew, $"{tried.Name}: {judgement.Signature}");
            tally.Add(tried, judgement);
        }

        output.WriteLine(tally.Report());
        Assert.InRange(tally.Cases, 300, 1000);
        Assert.Equal(0, twins.Lost());
    }

    private static Judgement Try(Case tried, Twins twins, WireSide wire)
    {
        var judgement = twins.Try(tried, out var ours, out _);
        var sent = wire.Run(tried.Frames, twins.Now);
        Assert.True(
            Texts(sent).SequenceEqual(Texts(ours)) && sent.Drops.SequenceEqual(ours.Drops),
            $"{tried.Name}\n{string.Join('\n', tried.Frames)}\nin memory: {string.Join(',', ours.Drops)}\n{string.Join('\n', Texts(ours))}\nover veths: {string.Join(',', sent.Drops)}\n{string.Join('\n', Texts(sent))}");
        return judgement;
    }

    // In order for each port.
    private static IEnumerable<string> Texts(RouterOutput output) => output.Frames.OrderBy(frame => frame.Port).Select(frame => frame.ToString());
}
