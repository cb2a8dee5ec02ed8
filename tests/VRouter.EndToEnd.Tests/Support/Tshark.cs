namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Wireshark's dissectors as judge of what was on the wires, every checksum verified.</summary>
internal static class Tshark
{
    private const string Bad =
        "_ws.malformed || ip.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\"";

    private static readonly string[] Options =
        ["-n", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "ip.defragment:FALSE"];

    /// <summary>One line for each frame of a file that is malformed or has a wrong checksum; empty if there is none.</summary>
    /// <param name="path">The capture file.</param>
    /// <param name="vxlanPort">A further UDP port that means VXLAN.</param>
    public static Task<IReadOnlyList<string>> ComplaintsAsync(string path, int vxlanPort = 4789) =>
        RunAsync([.. Options, "-d", $"udp.port=={vxlanPort},vxlan", "-r", path, "-Y", Bad]);

    /// <summary>The fields of the frames that a display filter selects: one line for each, tabs between, commas between occurrences.</summary>
    public static Task<IReadOnlyList<string>> FieldsAsync(string path, string filter, params string[] fields) =>
        RunAsync([.. Options, "-r", path, "-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]);

    /// <summary>Fails if any frame of any wire is malformed or has a wrong checksum.</summary>
    public static async Task AssertSoundAsync(LabCapture capture, int vxlanPort = 4789)
    {
        foreach (var wire in capture.Wires)
            Assert.Empty(await ComplaintsAsync(Path.Combine(capture.Folder, wire + ".pcap"), vxlanPort));
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string[] arguments)
    {
        var result = await TestLab.ToolAsync("tshark", arguments);
        Assert.True(result.ExitCode == 0, $"tshark: {result.Errors}");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
