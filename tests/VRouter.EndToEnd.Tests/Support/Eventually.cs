using System.Diagnostics;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Waits for what another process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Waits until the condition holds; fails with the description if it does not within ten seconds.</summary>
    public static async Task HoldsAsync(string description, Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < Limit, $"within {Limit.TotalSeconds:0} s this did not come true: {description}");
            await Task.Delay(50);
        }
    }
}
