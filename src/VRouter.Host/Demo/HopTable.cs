using Spectre.Console;
using Spectre.Console.Rendering;

namespace VRouter.Host.Demo;

/// <summary>
/// The headers of one packet on each wire of its way: a table with names and numbers, with numbers only, or a list, as the terminal's width allows.
/// </summary>
internal static class HopTable
{
    private const int WidthWithNames = 138;
    private const int WidthWithNumbers = 117;
    private static readonly string[] Columns = ["frame", "src mac", "dst mac", "src ip", "dst ip", "enc src ip", "enc dst ip"];
    private static readonly string[] VxlanColumns = ["udp", "vni", "inner src mac", "inner dst mac"];

    /// <summary>Lays out the frames, and what happens at each, for a terminal of that width.</summary>
    public static IRenderable Of(IReadOnlyList<(DemoHop Hop, PacketHeaders? Packet)> rows, int width)
    {
        if (width < WidthWithNumbers)
            return new Rows(rows.SelectMany((row, index) => ListLines(index + 1, row.Hop, row.Packet)));
        var hasNames = width >= WidthWithNames;
        var frames = rows.Select((row, index) => (Name: hasNames ? Name(index + 1, row.Hop) : $"{index + 1}", row.Packet)).ToList();
        var parts = new List<IRenderable> { Table(frames, Columns, Fields) };
        var vxlan = frames.Where(frame => frame.Packet?.Tunnel?.Vxlan is not null).ToList();
        if (vxlan.Count > 0)
        {
            parts.Add(new Text("The VXLAN headers between the outer and the inner addresses:"));
            parts.Add(Table(vxlan, ["frame", .. VxlanColumns], packet => VxlanFieldsOf(packet.Tunnel!.Vxlan!)));
        }

        parts.AddRange(rows.Select((row, index) => Indented(hasNames ? $"{index + 1}. " : $"{Name(index + 1, row.Hop)}: ", row.Hop.Why)));
        return new Rows(parts);
    }

    private static Padder Indented(string lead, string text) => new(new Markup(lead + Markup.Escape(text)), new Padding(2, 0, 0, 0));

    private static string Name(int number, DemoHop hop) => $"{number}. [bold]{hop.From}[/] to {hop.To}";

    private static Table Table(IReadOnlyList<(string Name, PacketHeaders? Packet)> frames, string[] columns, Func<PacketHeaders, string[]> fields)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (var (name, packet) in frames)
        {
            string[] cells = packet is null
                ? ["[red]nothing seen[/]", .. Enumerable.Repeat("", columns.Length - 2)]
                : [.. fields(packet).Select(Markup.Escape)];
            table.AddRow([name, .. cells]);
        }

        return table;
    }

    private static IEnumerable<IRenderable> ListLines(int number, DemoHop hop, PacketHeaders? packet)
    {
        yield return new Markup(Name(number, hop));
        foreach (var line in packet is null ? ["[red]nothing seen[/]"] : FieldLines(packet))
            yield return Indented(line, "");
        yield return Indented("", hop.Why);
    }

    private static IEnumerable<string> FieldLines(PacketHeaders packet)
    {
        yield return $"src mac {packet.SourceMac}   dst mac {packet.DestinationMac}";
        yield return $"src ip  {packet.Source,-17}   dst ip  {packet.Destination}";
        if (packet.Tunnel is not { } tunnel)
            yield break;
        yield return $"enc src {tunnel.Source,-17}   enc dst {tunnel.Destination}";
        if (tunnel.Vxlan is not { } vxlan)
            yield break;
        yield return $"udp {vxlan.SourcePort} to {vxlan.DestinationPort}, vni {vxlan.Vni}";
        yield return $"inner src mac {vxlan.InnerSourceMac}, inner dst mac {vxlan.InnerDestinationMac}";
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
