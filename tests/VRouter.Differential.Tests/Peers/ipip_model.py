"""An IPIP tunnel end made of scapy: reads "encap FRAME ID" and "decap FRAME" lines (hexadecimal), answers each with the frame that a router should send, or "-" for none."""
import sys

from scapy.all import IP, Ether, Raw, bytes_hex

NODE, PEER, WORKLOAD = "192.0.2.1", "192.0.2.4", "10.244.0.2"
ROUTER_MAC, UPLINK_MAC, PEER_MAC, WORKLOAD_MAC = "ee:ee:ee:ee:ee:ee", "02:00:5e:00:00:01", "02:00:00:00:02:04", "02:00:0a:f4:00:02"
# RFC 6040 figure 4, rows: inner codepoint, columns: outer codepoint, both by value (0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE).
EGRESS = [[0, 0, 0, None], [1, 1, 1, 3], [2, 1, 2, 3], [3, 3, 3, 3]]


def forwarded(packet):
    """The packet one hop on: TTL less one, header checksum made anew; the payload's bytes stay."""
    header = packet.copy()
    header.remove_payload()
    header.ttl -= 1
    del header.chksum
    return bytes(header)


def payload(packet, raw):
    return raw[packet.ihl * 4:packet.len]


def encap(raw, identification):
    inner = IP(raw[14:])
    data = forwarded(inner) + payload(inner, raw[14:])
    outer = IP(src=NODE, dst=PEER, ttl=64, tos=inner.tos, id=identification, flags="DF" if inner.flags.DF else 0, proto=4)
    return Ether(dst=PEER_MAC, src=UPLINK_MAC, type=0x0800) / outer / Raw(data)


def decap(raw):
    outer = IP(raw[14:])
    bytes_of_inner = payload(outer, raw[14:])
    inner = IP(bytes_of_inner)
    ecn = EGRESS[inner.tos & 3][outer.tos & 3]
    if ecn is None:
        return None
    inner.tos = inner.tos & ~3 | ecn
    return Ether(dst=WORKLOAD_MAC, src=ROUTER_MAC, type=0x0800) / Raw(forwarded(inner) + payload(inner, bytes_of_inner))


for line in sys.stdin:
    words = line.split()
    frame = bytes.fromhex(words[1])
    answer = encap(frame, int(words[2])) if words[0] == "encap" else decap(frame)
    print("-" if answer is None else bytes_hex(answer).decode())
