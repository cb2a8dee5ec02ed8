using System.Text.Json;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A router's drop counters, as <c>vrouter show drops</c> gives them.</summary>
internal static class Drops
{
    /// <summary>How many frames a node's router has dropped for a reason.</summary>
    public static async Task<long> OfAsync(TestLab lab, string node, string reason)
    {
        var json = JsonDocument.Parse(await lab.VRouterAsync(node, "show drops -o json")).RootElement;
        return json.EnumerateArray().Where(drop => drop.GetProperty("reason").GetString() == reason).Sum(drop => drop.GetProperty("count").GetInt64());
    }
}
