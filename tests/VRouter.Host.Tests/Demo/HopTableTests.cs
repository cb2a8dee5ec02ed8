using Spectre.Console;
using VRouter.Core.Wire;
using VRouter.Host.Demo;

namespace VRouter.Host.Tests.Demo;

public class HopTableTests
{
    private static readonly DemoHop Hop = new("walker-1", "gateway", DemoWire.Gateway, "why");

    private static PacketHeaders Packet => new()
    {
        SourceMac = MacAddress.Parse("fa:16:3e:02:8b:17"),
        DestinationMac = MacAddress.Parse("00:23:89:8c:e8:31"),
        Source = IPv4Address.Parse("192.168.187.211"),
        Destination = IPv4Address.Parse("192.168.121.2"),
        Protocol = IpProtocol.Icmp,
        Ttl = 63,
        Tunnel = new TunnelHeaders
        {
            Source = IPv4Address.Parse("172.16.6.47"),
            Destination = IPv4Address.Parse("172.16.199.114"),
            Ttl = 64,
            Vxlan = new VxlanFields(50000, 4789, 4096, MacAddress.Parse("66:01:02:03:04:05"), MacAddress.Parse("66:06:07:08:09:0a")),
        },
    };

    [Fact]
    public void Of_WideTerminal_GivesTheColumnsOfTheTrace()
    {
        var lines = Render(140, Packet);

        Assert.Equal(
            ["frame", "src mac", "dst mac", "src ip", "dst ip", "enc src ip", "enc dst ip"],
            lines[1].Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            ["1. walker-1 to gateway", "fa:16:3e:02:8b:17", "00:23:89:8c:e8:31", "192.168.187.211", "192.168.121.2", "172.16.6.47", "172.16.199.114"],
            lines[3].Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(lines, line => line.Contains("50000 to 4789") && line.Contains("4096") && line.Contains("66:06:07:08:09:0a"));
    }

    [Fact]
    public void Of_SomewhatNarrowerTerminal_NumbersTheFrames()
    {
        var lines = Render(117, Packet);

        Assert.All(lines, line => Assert.InRange(line.Length, 0, 117));
        Assert.Equal(
            ["1", "fa:16:3e:02:8b:17", "00:23:89:8c:e8:31", "192.168.187.211", "192.168.121.2", "172.16.6.47", "172.16.199.114"],
            lines[3].Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Of_NarrowTerminal_StaysWithinItsWidth()
    {
        var lines = Render(80, Packet);

        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        foreach (var value in new[] { "fa:16:3e:02:8b:17", "192.168.121.2", "172.16.199.114", "66:06:07:08:09:0a" })
            Assert.Contains(lines, line => line.Contains(value));
    }

    [Theory]
    [InlineData(140)]
    [InlineData(80)]
    public void Of_NothingSeen_SaysSo(int width) => Assert.Contains(Render(width, null), line => line.Contains("nothing seen"));

    private static string[] Render(int width, PacketHeaders? packet)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        console.Write(HopTable.Of([(Hop, packet)], width));
        return output.ToString().Split('\n');
    }
}
