using System.Text;
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

    /// <summary>What all routers dropped and complained of, for the message of a test that fails.</summary>
    public static async Task<string> ReportAsync(TestLab lab)
    {
        var text = new StringBuilder();
        foreach (var router in lab.State.Routers)
            text.Append($"--- {router.Node}\n{await lab.VRouterAsync(router.Node, "show drops")}{await lab.VRouterAsync(router.Node, "show health")}");
        return text.ToString();
    }
}
