using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>What a router counted.</summary>
internal static class Books
{
    /// <summary>Fails unless every frame that the router got or made has one fate.</summary>
    public static async Task AssertBalancedAsync(HandRouter router) => AssertBalanced(await router.ShowAsync("counters"));

    /// <summary>As <see cref="AssertBalancedAsync"/>, for what <c>vrouter show counters -o json</c> printed.</summary>
    public static void AssertBalanced(string counters)
    {
        using var document = JsonDocument.Parse(counters);
        foreach (var outcome in new[] { "received", "originated" })
        {
            var part = document.RootElement.GetProperty(outcome);
            long Of(string name) => part.GetProperty(name).GetInt64();
            Assert.True(Of("entered") == Of("forwarded") + Of("answered") + Of("delivered") + Of("dropped") + Of("held"), counters);
        }
    }

    /// <summary>Frames dropped for a reason.</summary>
    public static async Task<long> DropsOfAsync(HandRouter router, string reason)
    {
        using var drops = JsonDocument.Parse(await router.ShowAsync("drops"));
        return drops.RootElement.EnumerateArray().Where(drop => drop.GetProperty("reason").GetString() == reason).Sum(drop => drop.GetProperty("count").GetInt64());
    }
}
