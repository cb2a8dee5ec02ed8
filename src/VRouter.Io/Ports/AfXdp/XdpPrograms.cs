using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using static VRouter.Io.Bpf.BpfCondition;
using static VRouter.Io.Bpf.BpfRegister;
using static VRouter.Io.Bpf.BpfSize;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>The XDP programs: which frames go to the router's sockets, and which go on to the kernel.</summary>
internal static class XdpPrograms
{
    // struct xdp_md, linux/bpf.h.
    private const short ContextData = 0;
    private const short ContextDataEnd = 4;
    private const short ContextQueue = 16;

    private const int Ip = EthernetHeader.Size;
    private const int LeastIp = 20;
    private const short Source = 12;
    private const short Destination = 16;
    private const short Identification = 4;
    private const short Fragment = 6;
    private const int MoreFragments = 0x2000;
    private const int FragmentOffset = 0x1fff;
    private const short Protocol = 9;
    private const int IcmpHeader = 8;
    private const int L4Ports = 4;
    private const short DestinationL4Port = 2;
    private const int DestinationUnreachable = 3;
    private const int SourceQuench = 4;
    private const int TimeExceeded = 11;
    private const int ParameterProblem = 12;

    // On the stack: what a datagram is known by, and a value for the map.
    private const short Key = -8;
    private const short Value = -12;

    private const string Take = "take";
    private const string Pass = "pass";

    /// <summary>On a workload's interface: everything is the router's. What finds no socket is dropped: nothing of a workload is the kernel's.</summary>
    /// <param name="sockets">The map of queues to sockets.</param>
    public static byte[] ForWorkload(int sockets) => Redirect(new BpfAssembler().Move(R6, R1), sockets, Libc.XDP_DROP).Assemble();

    /// <summary>On a shared interface: what the filter says; frames that are short, tagged or anything else than IPv4 go on to the kernel.</summary>
    /// <param name="sockets">The map of queues to sockets.</param>
    /// <param name="destinations">The trie of destinations.</param>
    /// <param name="fragments">The map of VXLAN datagrams whose first fragment was taken, by sender and identification.</param>
    /// <param name="filter">Null: nothing is taken.</param>
    public static byte[] ForUplink(int sockets, int destinations, int fragments, XdpFilter? filter)
    {
        var program = new BpfAssembler();
        if (filter is not null)
        {
            WriteFilter(program, destinations, fragments, filter);
            Redirect(program.Label(Take), sockets, Libc.XDP_PASS);
        }

        return program.Label(Pass).Move(R0, Libc.XDP_PASS).Exit().Assemble();
    }

    private static void WriteFilter(BpfAssembler program, int destinations, int fragments, XdpFilter filter)
    {
        Span<byte> mac = stackalloc byte[MacAddress.Size];
        filter.Mac.Write(mac);

        // R6: context, R7: the frame, R8: its end, R9: the length of the IP header.
        program.Move(R6, R1)
            .Load(Four, R7, R6, ContextData).Load(Four, R8, R6, ContextDataEnd)
            .Move(R2, R7).Add(R2, Ip + LeastIp).JumpIf(Greater, R2, R8, Pass)
            .Load(Four, R2, R7, 0).MoveUnsigned(R3, BitConverter.ToUInt32(mac)).JumpIf(NotEqual, R2, R3, Pass)
            .Load(Two, R2, R7, 4).JumpIf(NotEqual, R2, BitConverter.ToUInt16(mac[4..]), Pass)
            .Load(Two, R2, R7, 2 * MacAddress.Size).JumpIf(NotEqual, R2, Wire(EtherType.IPv4), Pass)
            .Load(One, R9, R7, Ip).Move(R2, R9).And(R2, 0xf0).JumpIf(NotEqual, R2, 0x40, Pass)
            .And(R9, 0xf).ShiftLeft(R9, 2).JumpIf(Less, R9, LeastIp, Pass)
            .Load(Four, R2, R7, Ip + Destination).MoveUnsigned(R3, Wire(filter.Address.Value)).JumpIf(NotEqual, R2, R3, "routed");

        program.Load(One, R3, R7, Ip + Protocol).JumpIf(Equal, R3, IpProtocol.IPv4, Take)
            .Load(Two, R4, R7, Ip + Fragment).And(R4, Wire(FragmentOffset)).JumpIf(NotEqual, R4, 0, filter.VxlanL4Port is null ? Pass : "later")
            .Move(R2, R7).Add(R2, R9).Add(R2, Ip);
        if (filter.VxlanL4Port is not null)
            program.JumpIf(Equal, R3, IpProtocol.Udp, "outer");
        program.JumpIf(NotEqual, R3, IpProtocol.Icmp, Pass);
        WriteIcmp(program, filter);
        if (filter.VxlanL4Port is { } port)
        {
            // R2: the UDP header.
            program.Label("udp").Move(R4, R2).Add(R4, L4Ports).JumpIf(Greater, R4, R8, Pass)
                .Load(Two, R5, R2, DestinationL4Port).JumpIf(Equal, R5, Wire(port), Take).Jump(Pass);
            WriteUdp(program, fragments, port);
        }

        // The key of the trie: the length of the prefix that is looked for, and the address.
        program.Label("routed").Store(Four, FramePointer, -8, 32).Store(Four, FramePointer, -4, R2)
            .LoadMap(R1, destinations).Move(R2, FramePointer).Add(R2, -8).Call(BpfHelper.MapLookup).JumpIf(Equal, R0, 0, Pass);
    }

    /// <summary>
    /// R2 is the UDP header, at "later" R3 the protocol. Only a datagram's first fragment has a port: it decides about those behind it, until the last one, or the first one
    /// of a datagram that is not ours, has come. Fragments that overtake the first one go on to the kernel, which keeps them a while and tells nobody.
    /// </summary>
    private static void WriteUdp(BpfAssembler program, int fragments, ushort port)
    {
        program.Label("outer").Move(R4, R2).Add(R4, L4Ports).JumpIf(Greater, R4, R8, Pass).Load(Two, R9, R2, DestinationL4Port)
            .Load(Two, R4, R7, Ip + Fragment).And(R4, Wire(MoreFragments)).JumpIf(NotEqual, R4, 0, "first")
            .JumpIf(Equal, R9, Wire(port), Take).Jump(Pass);
        WriteKey(program.Label("first"), fragments).JumpIf(NotEqual, R9, Wire(port), "other")
            .Store(Four, FramePointer, Value, 1).Move(R3, FramePointer).Add(R3, Value).Move(R4, 0).Call(BpfHelper.MapUpdate).Jump(Take)
            .Label("other").Call(BpfHelper.MapDelete).Jump(Pass);
        WriteKey(program.Label("later").JumpIf(NotEqual, R3, IpProtocol.Udp, Pass), fragments).Call(BpfHelper.MapLookup).JumpIf(Equal, R0, 0, Pass)
            .Load(Two, R4, R7, Ip + Fragment).And(R4, Wire(MoreFragments)).JumpIf(NotEqual, R4, 0, Take);
        WriteKey(program, fragments).Call(BpfHelper.MapDelete).Jump(Take);
    }

    // The map and its key, sender and identification, as the arguments of a call.
    private static BpfAssembler WriteKey(BpfAssembler program, int fragments) => program
        .Load(Four, R4, R7, Ip + Source).Store(Four, FramePointer, Key, R4).Load(Two, R4, R7, Ip + Identification).Store(Four, FramePointer, Key + 4, R4)
        .LoadMap(R1, fragments).Move(R2, FramePointer).Add(R2, Key);

    /// <summary>R2 is the ICMP header. An error about a tunnel packet of ours is ours: the kernel, which did not send it, could do nothing with it.</summary>
    private static void WriteIcmp(BpfAssembler program, XdpFilter filter)
    {
        program.Move(R4, R2).Add(R4, IcmpHeader + LeastIp).JumpIf(Greater, R4, R8, Pass).Load(One, R3, R2, 0);
        foreach (var type in (ReadOnlySpan<int>)[DestinationUnreachable, SourceQuench, TimeExceeded, ParameterProblem])
            program.JumpIf(Equal, R3, type, "quoted");
        program.Jump(Pass).Label("quoted")
            .Load(Four, R4, R2, IcmpHeader + Source).MoveUnsigned(R5, Wire(filter.Address.Value)).JumpIf(NotEqual, R4, R5, Pass)
            .Load(One, R3, R2, IcmpHeader + Protocol).JumpIf(Equal, R3, IpProtocol.IPv4, Take);
        if (filter.VxlanL4Port is null)
            program.Jump(Pass);
        else
            program.JumpIf(NotEqual, R3, IpProtocol.Udp, Pass).Load(One, R9, R2, IcmpHeader).And(R9, 0xf).ShiftLeft(R9, 2).Add(R2, R9).Add(R2, IcmpHeader);
    }

    private static BpfAssembler Redirect(BpfAssembler program, int sockets, int otherwise) =>
        program.Load(Four, R2, R6, ContextQueue).LoadMap(R1, sockets).Move(R3, otherwise).Call(BpfHelper.RedirectMap).Exit();

    // A number of a header as it is when loaded from there.
    private static int Wire(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint Wire(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
