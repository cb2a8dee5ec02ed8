using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using static VRouter.Io.Bpf.BpfCondition;
using static VRouter.Io.Bpf.BpfRegister;
using static VRouter.Io.Bpf.BpfSize;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// The program at the uplink's egress hook. Of a packet that one socket sends with a mark, which is the number of bytes of a tunnel's headers, it takes these headers off
/// and puts them on again, as the kernel's own way to encapsulate: so the kernel knows of the tunnel, and whoever cuts a super-frame later, the kernel or a card, cuts it rightly
/// (SKB_GSO_IPXIP4, SKB_GSO_UDP_TUNNEL). Payload is not moved. Packets of all others go on untouched, and to the programs behind it.
/// </summary>
internal static class TunnelProgram
{
    /// <summary>The mark of a packet in IPIP.</summary>
    public const int Ipip = Tunnel.IpipOverhead;

    /// <summary>The mark of a packet in VXLAN, without a UDP checksum.</summary>
    public const int Vxlan = Tunnel.VxlanOverhead;

    private const short ContextMark = 8; // struct __sk_buff, linux/bpf.h
    private const short Saved = -56;     // on the stack, a multiple of eight bytes
    private const string Next = "next";
    private const string Done = "done";
    private const string Drop = "drop";

    /// <summary>The program for packets of the socket with a cookie (SO_COOKIE).</summary>
    public static byte[] For(ulong cookie)
    {
        var program = new BpfAssembler()
            .Move(R6, R1)
            .Call(BpfHelper.SocketCookie).MoveWide(R1, cookie).JumpIf(NotEqual, R0, R1, Next)
            .Load(Four, R7, R6, ContextMark)
            .JumpIf(Equal, R7, Ipip, nameof(Ipip)).JumpIf(Equal, R7, Vxlan, nameof(Vxlan)).Jump(Next);
        Announce(program.Label(nameof(Ipip)), Ipip, Libc.BPF_F_ADJ_ROOM_ENCAP_L3_IPV4);
        Announce(
            program.Label(nameof(Vxlan)),
            Vxlan,
            Libc.BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | Libc.BPF_F_ADJ_ROOM_ENCAP_L4_UDP | Libc.BPF_F_ADJ_ROOM_ENCAP_L2_ETH
                | ((ulong)EthernetHeader.Size << Libc.BPF_ADJ_ROOM_ENCAP_L2_SHIFT));

        // The mark was for this program only. What could not be announced must not leave: whoever cuts it would cut it wrongly.
        return program
            .Label(Done).Move(R1, 0).Store(Four, R6, ContextMark, R1)
            .Label(Next).Move(R0, Libc.TCX_NEXT).Exit()
            .Label(Drop).Move(R0, Libc.TCX_DROP).Exit()
            .Assemble();
    }

    private static void Announce(BpfAssembler program, int size, ulong flags) => program
        .Move(R1, R6).Move(R2, EthernetHeader.Size).Move(R3, FramePointer).Add(R3, Saved).Move(R4, size)
        .Call(BpfHelper.LoadBytes).JumpIf(NotEqual, R0, 0, Drop)
        .Move(R1, R6).Move(R2, -size).Move(R3, Libc.BPF_ADJ_ROOM_MAC).MoveWide(R4, Libc.BPF_F_ADJ_ROOM_FIXED_GSO)
        .Call(BpfHelper.AdjustRoom).JumpIf(NotEqual, R0, 0, Drop)
        .Move(R1, R6).Move(R2, size).Move(R3, Libc.BPF_ADJ_ROOM_MAC).MoveWide(R4, Libc.BPF_F_ADJ_ROOM_FIXED_GSO | flags)
        .Call(BpfHelper.AdjustRoom).JumpIf(NotEqual, R0, 0, Drop)
        .Move(R1, R6).Move(R2, EthernetHeader.Size).Move(R3, FramePointer).Add(R3, Saved).Move(R4, size).Move(R5, 0)
        .Call(BpfHelper.StoreBytes).JumpIf(NotEqual, R0, 0, Drop)
        .Jump(Done);
}
