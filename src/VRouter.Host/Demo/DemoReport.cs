using Spectre.Console;
using VRouter.Host.Lab;

namespace VRouter.Host.Demo;

/// <summary>Tells a newcomer what the demo builds, what happened and why.</summary>
internal sealed class DemoReport
{
    private const int WidthWithoutTerminal = 140;
    private readonly IAnsiConsole console;
    private readonly DemoMode mode;

    /// <summary>Writes to a console.</summary>
    public DemoReport(IAnsiConsole console, DemoMode mode)
    {
        this.console = console;
        this.mode = mode;
    }

    /// <summary>The console for a stream; what is no terminal gets plain text, wide enough for every table.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter output)
    {
        var target = new AnsiConsoleOutput(output);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = target, Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!target.IsTerminal)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }

    /// <summary>The network, and how packets travel in this mode.</summary>
    public void Opening()
    {
        console.WriteLine();
        console.Write(new Text(DemoDrawing.Text));
        console.WriteLine();
        console.WriteLine();
        console.MarkupLine($"Mode [bold]{mode.Word}[/]: {Markup.Escape(mode.Meaning)}.");
    }

    /// <summary>One line on how things go.</summary>
    public void Step(string line) => console.MarkupLine($"[dim]{Markup.Escape(line)}[/]");

    /// <summary>Who reaches whom.</summary>
    public void Reachability(IReadOnlyList<PingResult> pings)
    {
        var pods = pings.Select(ping => ping.From).Distinct().Order(StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("ping from");
        foreach (var pod in pods)
            table.AddColumn($"to {pod}");
        foreach (var from in pods)
            table.AddRow([$"[bold]{from}[/]", .. pods.Select(to => Cell(pings.FirstOrDefault(ping => ping.From == from && ping.To == to)))]);
        Heading("Who reaches whom");
        console.Write(table);
        if (pings.FirstOrDefault(ping => ping.Reached) is { Ttl: var ttl })
            console.WriteLine($"Pods send with TTL 64, and each router takes one off: ttl={ttl} tells of {64 - ttl} routers on the way.");
    }

    /// <summary>The headers of one ping's first packet on each wire, and what happened there.</summary>
    public void Path(DemoPath path, Topology topology, DemoObservation observation)
    {
        var (from, to) = (topology.Pods.First(pod => pod.Name == path.From).Address, topology.Pods.First(pod => pod.Name == path.To).Address);
        var rows = path.Hops.Select(hop => (hop, observation.FirstEchoRequest(hop.Wire, from, to))).ToList();
        Heading($"A ping from {path.From} to {path.To}, frame by frame");
        console.Write(HopTable.Of(rows, console.Profile.Width));
    }

    /// <summary>Whether all was as the mode makes it.</summary>
    public void Verdict(bool asExpected)
    {
        console.WriteLine();
        if (!asExpected)
            console.MarkupLine($"[red]This is not what mode {mode.Word} must give.[/]");
        else if (mode.TunnelsAcrossSubnets)
            console.MarkupLine("[green]All pods reach each other.[/]");
        else
            console.MarkupLine("[green]As mode never must give:[/] only pods whose nodes share a subnet reach each other. Try: vrouter demo always");
    }

    /// <summary>What the kernel says to the tunnel that the demo uses.</summary>
    /// <param name="kind">The kind of tunnel device.</param>
    /// <param name="refusal">What ip printed, or null if the kernel has such devices.</param>
    public void Kernel(string kind, string? refusal)
    {
        if (!mode.TunnelsAcrossSubnets)
            return;
        console.MarkupLine(refusal is null
            ? $"This kernel has {kind} devices, but none is used: the routers make the tunnel headers themselves."
            : $"This kernel has no {kind}: [bold]ip link add type {kind}[/] says \"{Markup.Escape(refusal)}\" The routers make the tunnel headers themselves.");
    }

    /// <summary>Where the captures are.</summary>
    public void Captures(IReadOnlyList<string> paths)
    {
        Heading("Captures");
        foreach (var path in paths)
            console.WriteLine(path);
    }

    /// <summary>Where the recordings are, and what to do with them.</summary>
    public void Recordings(IReadOnlyList<string> paths)
    {
        Heading("Recordings");
        foreach (var path in paths)
            console.WriteLine($"vrouter replay {path}");
    }

    /// <summary>How to use and how to end a network that stays.</summary>
    public void Kept(string lab)
    {
        Heading("The network stays up");
        console.WriteLine($"vrouter lab exec {lab} busybox-1 -- ping 192.168.121.2");
        console.WriteLine($"vrouter lab exec {lab} gateway -- tcpdump -n -i eth6");
        console.WriteLine($"vrouter lab down {lab}");
    }

    private static string Cell(PingResult? ping) => ping switch
    {
        null => "",
        { Reached: true, Milliseconds: { } milliseconds } => $"[green]ttl={ping.Ttl}[/]  {milliseconds:0.00} ms",
        { Reached: true } => $"[green]ttl={ping.Ttl}[/]",
        _ => "[red]no answer[/]",
    };

    private void Heading(string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold underline]{Markup.Escape(text)}[/]");
    }
}
