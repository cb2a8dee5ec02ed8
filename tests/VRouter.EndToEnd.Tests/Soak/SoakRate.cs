using System.Diagnostics;

namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>Spreads frames over time, from the first question on. For one thread.</summary>
/// <param name="framesPerSecond">How many may be sent in a second; null: any number.</param>
internal sealed class SoakRate(double? framesPerSecond)
{
    private readonly Stopwatch clock = new();
    private double allowed;

    public bool IsLimited => framesPerSecond is not null;

    /// <summary>Whether so many more may be sent now; if so, they count.</summary>
    public bool Allows(int frames)
    {
        if (framesPerSecond is not { } rate)
            return true;
        clock.Start();
        if (allowed + frames > clock.Elapsed.TotalSeconds * rate)
            return false;
        allowed += frames;
        return true;
    }
}
