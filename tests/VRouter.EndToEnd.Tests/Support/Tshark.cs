namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Wireshark's dissectors as judge of what was on the wires, every checksum verified.</summary>
internal static class Tshark
{
    // Of a packet that an ICMP error quotes, only the beginning is there, so its transport checksum cannot be judged. Linux writes a TCP
    // checksum of 0 as 0xffff (skb_checksum_help), which in one's complement is the same number.
    private const string Bad =
        "_ws.malformed || ip.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\""
        + " || ((udp.checksum.status == \"Bad\" || (tcp.checksum.status == \"Bad\" && tcp.checksum != 0xffff)) && !(icmp.type in {3, 11}))";

    // One capture holds each packet once for every wire, so nothing may be put together across frames. What TCP carries is data, whatever the
    // dissectors of well-known ports would make of it.
    private static readonly string[] Options =
    [
        "-n", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "ip.defragment:FALSE",
        "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE", "-d", "tcp.port==1-65535,data",
    ];

    /// <summary>The fields of the frames that a display filter selects: one line for each, tabs between, commas between occurrences.</summary>
    public static Task<IReadOnlyList<string>> FieldsAsync(string path, string filter, params string[] fields) =>
        RunAsync([.. Options, "-r", path, "-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]);

    /// <summary>
    /// Fails if any frame of any wire is malformed or has a wrong checksum, or if a kernel complained of a protocol it does not know
    /// (ICMP type 3 code 2), which would mean that it saw the routers' packets.
    /// </summary>
    public static async Task AssertSoundAsync(LabCapture capture, int vxlanPort = 4789)
    {
        var all = Path.Combine(capture.Folder, "all.pcapng");
        var merged = await TestLab.ToolAsync("mergecap", ["-w", all, .. capture.Files]);
        Assert.True(merged.ExitCode == 0, $"mergecap: {merged.Errors}");
        Assert.Empty(await RunAsync([
            .. Options, "-d", $"udp.port=={vxlanPort},vxlan", "-r", all, "-Y", $"{Bad} || (icmp.type == 3 && icmp.code == 2)"]));
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string[] arguments)
    {
        var result = await TestLab.ToolAsync("tshark", arguments);
        Assert.True(result.ExitCode == 0, $"tshark: {result.Errors}");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
