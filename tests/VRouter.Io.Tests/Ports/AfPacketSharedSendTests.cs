using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>How the ports of several workers on one interface send: each through an AF_XDP socket of its own, which share their memory, and the queue where the interface has but one.</summary>
public sealed class AfPacketSharedSendTests
{
    private const int Workers = 3;
    private const int VectorSize = 200;

    // Together more than twice what the completion ring holds.
    private const int Vectors = 20;

    // Room for all that is sent.
    private const int RingBytes = 32 << 20;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Workers)]
    public void Transmit_ByAllWorkersAtOnce_ArrivesWholeAndInOrder(int queues)
    {
        using var veth = new VethPair(queues: queues);
        using var pod = veth.OpenPodPort(RingBytes);
        using var guest = new PortHarness();
        var ports = Open(veth);

        Assert.Equal(Enumerable.Range(0, Workers).Select(worker => $"af-xdp, queue {(worker < queues ? worker : 0)}"), ports.Select(port => port.SendMethod));
        var verdicts = SendFromAll(ports, Vectors);

        Assert.All(verdicts, verdict => Assert.Equal(Verdict.Transmit, verdict));
        AssertArrived(guest.ReceiveAll(pod), Enumerable.Range(0, Workers), Vectors * VectorSize);
        Assert.All(ports, port => Assert.Equal(Vectors * VectorSize, port.Counters.TransmittedFrames));
        Close(ports);
    }

    [SkippableFact]
    public void Transmit_TheFirstWorkersPortIsClosed_OthersGoOn()
    {
        using var veth = new VethPair();
        using var pod = veth.OpenPodPort(RingBytes);
        using var guest = new PortHarness();
        var ports = Open(veth);
        SendFromAll(ports, 1);
        guest.ReceiveAll(pod);

        ports[0].Dispose();
        var rest = ports.Skip(1).ToList();
        var verdicts = SendFromAll(rest, Vectors);

        Assert.All(verdicts, verdict => Assert.Equal(Verdict.Transmit, verdict));
        AssertArrived(guest.ReceiveAll(pod), Enumerable.Range(0, Workers - 1), Vectors * VectorSize);
        Close(rest);
    }

    [SkippableFact]
    public void Transmit_AnotherHasTheQueue_AllSendByPacketSockets()
    {
        using var veth = new VethPair();
        using var other = veth.OpenPort();
        using var pod = veth.OpenPodPort(RingBytes);
        using var guest = new PortHarness();
        var ports = Open(veth);

        Assert.All(ports, port => Assert.Equal("sendmmsg", port.SendMethod));
        Assert.All(SendFromAll(ports, 1), verdict => Assert.Equal(Verdict.Transmit, verdict));
        AssertArrived(guest.ReceiveAll(pod), Enumerable.Range(0, Workers), VectorSize);
        Close(ports);
    }

    [SkippableFact]
    public void Transmit_AnotherHasTheSecondQueue_ItsWorkerSharesTheFirst()
    {
        using var veth = new VethPair(queues: 2);
        var holder = Open(veth);
        holder[0].Dispose(); // what is left has queue 1, and queue 0 beside
        holder[2].Dispose();
        Thread.Sleep(50); // the kernel frees a queue a little later
        using var pod = veth.OpenPodPort(RingBytes);
        using var guest = new PortHarness();
        var ports = Open(veth);

        Assert.All(ports, port => Assert.Equal("af-xdp, queue 0", port.SendMethod));
        Assert.All(SendFromAll(ports, 1), verdict => Assert.Equal(Verdict.Transmit, verdict));
        AssertArrived(guest.ReceiveAll(pod), Enumerable.Range(0, Workers), VectorSize);
        Close(ports);
        holder[1].Dispose();
    }

    private static List<AfPacketPort> Open(VethPair veth) => [.. AfPacketPort.OpenShared("cali0", Workers, veth.Host.Name).OrThrow()];

    private static void Close(List<AfPacketPort> ports) => ports.ForEach(port => port.Dispose());

    // A thread for each port, all at the same time.
    private static List<Verdict> SendFromAll(List<AfPacketPort> ports, int vectors)
    {
        var verdicts = new List<Verdict>[ports.Count];
        using var start = new Barrier(ports.Count);
        var threads = ports.Select((port, worker) => new Thread(() =>
        {
            using var harness = new PortHarness();
            verdicts[worker] = [];
            start.SignalAndWait();
            for (var vector = 0; vector < vectors; vector++)
                verdicts[worker].AddRange(harness.Send(port, [.. Enumerable.Range(vector * VectorSize, VectorSize).Select(number => Frame(worker, number))]));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. verdicts.SelectMany(list => list)];
    }

    private static void AssertArrived(List<byte[]> frames, IEnumerable<int> workers, int count)
    {
        foreach (var worker in workers)
        {
            var ours = frames.Where(frame => frame[12] == 0x88 && frame[13] == 0xb5 && frame[14] == worker).ToList();
            Assert.Equal(Enumerable.Range(0, count), ours.Select(frame => BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(15))));
            Assert.All(ours, frame => Assert.Equal(Frame(worker, BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(15))), frame));
        }
    }

    // EtherType 0x88b5, which no stack answers, the worker, and a number.
    private static byte[] Frame(int worker, int number)
    {
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, (byte)worker, .. BitConverter.GetBytes(number), .. new byte[41]];
        frame.AsSpan(19).Fill((byte)(number + worker));
        return frame;
    }
}
