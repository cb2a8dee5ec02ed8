using System.Globalization;
using System.Text;
using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>The kernel's counters of one interface, read without cost for what it counts (proc(5), net/dev).</summary>
internal sealed class InterfaceCounters : IDisposable
{
    private const int ReceivedColumn = 1, TransmitDropsColumn = 11;
    private readonly FileStream file;
    private readonly string name;

    private InterfaceCounters(FileStream file, string name)
    {
        this.file = file;
        this.name = name;
    }

    /// <summary>Opens the counters of an interface in a namespace.</summary>
    /// <exception cref="LabException">The namespace is gone.</exception>
    public static InterfaceCounters Open(string space, string name)
    {
        // The file shows the namespace of the thread that opens it.
        var opened = NetworkNamespace.Run<FileStream>(space, () => new FileStream("/proc/thread-self/net/dev", FileMode.Open, FileAccess.Read, FileShare.Read, 0));
        return opened.TryGet(out var file, out var error) ? new InterfaceCounters(file, name) : throw new LabException(error.ToString());
    }

    /// <summary>Frames received, and frames given for sending that were lost; a veth counts there too what the other end had no room for.</summary>
    /// <exception cref="LabException">The interface is gone.</exception>
    public (long Received, long TransmitDrops) Read()
    {
        file.Position = 0;
        using var reader = new StreamReader(file, Encoding.ASCII, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim().Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries) is { Length: > TransmitDropsColumn + 1 } words && words[0] == name)
                return (Number(words[1 + ReceivedColumn]), Number(words[1 + TransmitDropsColumn]));
        }

        throw new LabException($"the interface '{name}' is gone");
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static long Number(string word) => long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
