using Spectre.Console;
using Spectre.Console.Rendering;

namespace VRouter.Host.Demo;

/// <summary>The headers of one packet on each wire of its way: a table where the terminal is wide enough, else a list.</summary>
internal static class HopTable
{
    private const int WidthOfTable = 132;
    private static readonly string[] Columns = ["frame", "src mac", "dst mac", "src ip", "dst ip", "enc src ip", "enc dst ip"];
    private static readonly string[] VxlanColumns = ["udp", "vni", "inner src mac", "inner dst mac"];

    /// <summary>Lays out the rows for a terminal of that width.</summary>
    public static IRenderable Of(IReadOnlyList<(DemoHop Hop, PacketHeaders? Packet)> rows, int width)
    {
        if (width < WidthOfTable)
            return new Rows(rows.SelectMany((row, index) => ListLines(index + 1, row.Hop, row.Packet)));
        var parts = new List<IRenderable> { Table(rows, Columns, packet => Fields(packet)) };
        if (rows.Any(row => row.Packet?.Tunnel?.Vxlan is not null))
        {
            parts.Add(new Text("The VXLAN headers between the outer and the inner addresses:"));
            parts.Add(Table([.. rows.Where(row => row.Packet?.Tunnel?.Vxlan is not null)], ["frame", .. VxlanColumns], packet => VxlanFieldsOf(packet.Tunnel!.Vxlan!)));
        }

        return new Rows(parts);
    }

    private static Table Table(IReadOnlyList<(DemoHop Hop, PacketHeaders? Packet)> rows, string[] columns, Func<PacketHeaders, string[]> fields)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (var (hop, packet) in rows)
        {
            string[] cells = packet is null
                ? ["[red]nothing seen[/]", .. Enumerable.Repeat("", columns.Length - 2)]
                : [.. fields(packet).Select(Markup.Escape)];
            table.AddRow([$"[bold]{hop.From}[/] to {hop.To}", .. cells]);
        }

        return table;
    }

    private static IEnumerable<IRenderable> ListLines(int number, DemoHop hop, PacketHeaders? packet)
    {
        yield return new Markup($"{number}. [bold]{hop.From}[/] to {hop.To}");
        if (packet is null)
        {
            yield return new Markup("   [red]nothing seen[/]");
            yield break;
        }

        yield return new Text($"   src mac {packet.SourceMac}   dst mac {packet.DestinationMac}");
        yield return new Text($"   src ip  {packet.Source,-17}   dst ip  {packet.Destination}");
        if (packet.Tunnel is not { } tunnel)
            yield break;
        yield return new Text($"   enc src {tunnel.Source,-17}   enc dst {tunnel.Destination}");
        if (tunnel.Vxlan is not { } vxlan)
            yield break;
        yield return new Text($"   udp {vxlan.SourcePort} to {vxlan.DestinationPort}, vni {vxlan.Vni}");
        yield return new Text($"   inner src mac {vxlan.InnerSourceMac}, inner dst mac {vxlan.InnerDestinationMac}");
    }

    private static string[] Fields(PacketHeaders packet) =>
    [
        packet.SourceMac.ToString(),
        packet.DestinationMac.ToString(),
        packet.Source.ToString(),
        packet.Destination.ToString(),
        packet.Tunnel?.Source.ToString() ?? "",
        packet.Tunnel?.Destination.ToString() ?? "",
    ];

    private static string[] VxlanFieldsOf(VxlanFields vxlan) =>
    [
        $"{vxlan.SourcePort} to {vxlan.DestinationPort}",
        vxlan.Vni.ToString(),
        vxlan.InnerSourceMac.ToString(),
        vxlan.InnerDestinationMac.ToString(),
    ];
}
