using System.Diagnostics;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A program in a pod that sends some 20,000 datagrams a second, whatever becomes of them, until it is disposed of.</summary>
internal sealed class DatagramLoad : IDisposable
{
    private const string Program = """
        import socket, sys, time
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        while True:
            for _ in range(20):
                try:
                    sender.sendto(bytes(200), (sys.argv[1], 9))
                except OSError:
                    pass
            time.sleep(0.001)
        """;

    private readonly Process process;

    public DatagramLoad(TestLab lab, string pod, string address)
    {
        lab.Write("load.py", Program);
        process = lab.Start(pod, $"python3 {lab.Folder}/load.py {address}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Assert.False(process.HasExited, "the load ended by itself");
        process.Kill();
        process.Dispose();
    }
}
