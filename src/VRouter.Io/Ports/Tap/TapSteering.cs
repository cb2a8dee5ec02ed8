using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using static VRouter.Io.Bpf.BpfCondition;
using static VRouter.Io.Bpf.BpfRegister;
using static VRouter.Io.Bpf.BpfSize;

namespace VRouter.Io.Ports.Tap;

/// <summary>
/// Says which queue of a device the kernel puts a frame on (TUNSETSTEERINGEBPF, Linux 4.16): the remainder of a hash of addresses and L4 ports, the same for both directions of a flow. So a flow
/// keeps its queue whoever writes to the device; the kernel's own way moves it to the queue that last wrote it. Fragments have no ports: those of one pair of addresses keep together.
/// What is no IPv4, ARP above all, goes to the first queue.
/// </summary>
internal static unsafe class TapSteering
{
    // Places on the program's stack.
    private const short Header = -24;
    private const short Word = -32;

    private const int LeastHeader = 20;
    private const short Fragment = Header + 6;
    private const short Protocol = Header + 9;
    private const short Source = Header + 12;
    private const short Destination = Header + 16;
    private const int Sctp = 132;
    private const uint Multiplier = 0x9e37_79b1;

    /// <summary>Loads the program, which a device holds once it is set.</summary>
    public static Result<BpfProgram> Load() => BpfProgram.LoadSocketFilter("vrouter_steer", Program());

    /// <summary>Sets the program of a device, by a descriptor of one of its queues.</summary>
    /// <returns>Null, or why not.</returns>
    public static LinuxError? Set(FileDescriptor device, BpfProgram program)
    {
        var descriptor = program.Descriptor;
        return Libc.ioctl(device.Number, Libc.TUNSETSTEERINGEBPF, &descriptor) < 0 ? LinuxError.Last("ioctl(TUNSETSTEERINGEBPF)") : null;
    }

    // R6: context, R7: the addresses' sum, then the hash, R8: the L4 ports' sum.
    private static byte[] Program() => new BpfAssembler()
        .Move(R6, R1)
        .Move(R2, 2 * MacAddress.Size).Move(R3, FramePointer).Add(R3, Word).Move(R4, 2).Call(BpfHelper.LoadBytes).JumpIf(NotEqual, R0, 0, "other")
        .Load(Two, R2, FramePointer, Word).JumpIf(NotEqual, R2, Wire(EtherType.IPv4), "other")
        .Move(R1, R6).Move(R2, EthernetHeader.Size).Move(R3, FramePointer).Add(R3, Header).Move(R4, LeastHeader).Call(BpfHelper.LoadBytes).JumpIf(NotEqual, R0, 0, "other")
        .Load(Four, R7, FramePointer, Source).Load(Four, R2, FramePointer, Destination).Add(R7, R2)
        .Move(R8, 0)
        .Load(Two, R2, FramePointer, Fragment).And(R2, Wire(0x3fff)).JumpIf(NotEqual, R2, 0, "hash")
        .Load(One, R2, FramePointer, Protocol)
        .JumpIf(Equal, R2, IpProtocol.Tcp, "ports").JumpIf(Equal, R2, IpProtocol.Udp, "ports").JumpIf(NotEqual, R2, Sctp, "hash")
        .Label("ports")
        .Load(One, R2, FramePointer, Header).And(R2, 0xf).ShiftLeft(R2, 2).Add(R2, EthernetHeader.Size)
        .Move(R1, R6).Move(R3, FramePointer).Add(R3, Word).Move(R4, 4).Call(BpfHelper.LoadBytes).JumpIf(NotEqual, R0, 0, "hash")
        .Load(Two, R8, FramePointer, Word).Load(Two, R2, FramePointer, Word + 2).Add(R8, R2)
        .Label("hash")
        .MoveUnsigned(R3, Multiplier).Multiply(R7, R3).Move(R2, R7).ShiftRight(R2, 32).Xor(R7, R2)
        .Add(R7, R8).Multiply(R7, R3).ShiftRight(R7, 32).Move(R0, R7).Exit()
        .Label("other").Move(R0, 0).Exit()
        .Assemble();

    // A number of a header as it is when loaded from there.
    private static int Wire(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
