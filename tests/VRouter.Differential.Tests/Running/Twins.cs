using System.Diagnostics;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Running;

/// <summary>Both routers and the judge: ours by its stages and by the fused path, and the kernel's.</summary>
internal sealed class Twins : IDisposable
{
    private readonly RouterSide fused;
    private readonly RouterSide stages;
    private readonly KernelSide kernel;
    private readonly Judge judge;
    private readonly IDisposable pinned;
    private readonly RouteErrorLimit limits = new();
    private readonly Stopwatch clock;

    /// <summary>Makes them; skips the test without root.</summary>
    public Twins(DivergenceList list, bool strictVxlan = true)
    {
        kernel = new KernelSide();
        pinned = KernelSide.Pin();
        UniversalTimeOffset = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - RouterSide.Start;
        clock = Stopwatch.StartNew();
        fused = new RouterSide(fused: true, strictVxlan, UniversalTimeOffset);
        stages = new RouterSide(fused: false, strictVxlan, UniversalTimeOffset);
        judge = new Judge(list);
    }

    /// <summary>From the routers' clock to nanoseconds since 1970-01-01 UT.</summary>
    public long UniversalTimeOffset { get; }

    /// <summary>When the last case was tried, by the routers' clock.</summary>
    public long Now { get; private set; }

    /// <summary>Puts a case into all of them.</summary>
    /// <exception cref="InvalidOperationException">The fused path and the stages differ; the message holds the case.</exception>
    public Judgement Try(Case tried) => Try(tried, out _, out _);

    /// <summary>Puts a case into all of them, and gives what came out.</summary>
    public Judgement Try(Case tried, out RouterOutput ours, out IReadOnlyList<PortFrame> linux)
    {
        // The kernel's clock, since both write down what it is.
        Now = RouterSide.Start + (clock.Elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        ours = fused.Run(tried.Frames, Now);
        var byStages = stages.Run(tried.Frames, Now);
        if (!ours.Drops.SequenceEqual(byStages.Drops) || !Texts(ours.Frames).SequenceEqual(Texts(byStages.Frames)))
        {
            throw new InvalidOperationException(
                $"The fused path and the stages differ over {tried.Name}:\n{string.Join('\n', tried.Frames)}\n"
                + $"fused: {Outcome.Of(ours.Frames)}, {string.Join(',', ours.Drops)}\nstages: {Outcome.Of(byStages.Frames)}, {string.Join(',', byStages.Drops)}");
        }

        linux = kernel.Run(tried.Frames);
        var judgement = judge.Compare(tried.Frames, ours, linux, limits.IsReached(tried.Frames));
        limits.Note(tried.Frames, ours, linux);
        return judgement;
    }

    /// <summary>Frames of the kernel's that were lost on the way to the comparison.</summary>
    public long Lost() => kernel.Lost();

    /// <inheritdoc/>
    public void Dispose()
    {
        fused.Dispose();
        stages.Dispose();
        pinned.Dispose();
        kernel.Dispose();
    }

    private static IEnumerable<string> Texts(IEnumerable<PortFrame> frames) => frames.Select(frame => frame.ToString());
}
