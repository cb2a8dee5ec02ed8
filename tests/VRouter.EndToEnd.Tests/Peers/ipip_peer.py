"""Plays a node that does IPIP, by scapy alone: judges what the router sends, and sends what scapy builds.

Usage: ipip_peer.py INTERFACE NODE ROUTER POD ROUTER_POD
First answers echo requests from ROUTER_POD to POD until three are judged, then pings ROUTER_POD in several ways.
Prints one line for each finding: "ok NAME" or "bad NAME: what was seen".
"""
import sys
import time

from scapy.all import ARP, ICMP, IP, Ether, IPOption_RR, Raw, conf, fragment, get_if_hwaddr

PATIENCE = 20.0
interface, node, router, pod, router_pod = sys.argv[1:6]
mac = get_if_hwaddr(interface)
wire = conf.L2socket(iface=interface)
router_mac = None


def tell(name, problem=""):
    print(f"bad {name}: {problem}" if problem else f"ok {name}", flush=True)


def rebuilt(packet):
    """The packet as scapy builds it from the same fields, with lengths and checksums of its own."""
    copy = packet.copy()
    layer = copy
    while layer and not isinstance(layer, Raw):
        for field in ("len", "chksum"):
            if field in layer.fields:
                layer.delfieldval(field)  # also forgets the bytes that the layer was dissected from
        if isinstance(layer, IP) and (layer.flags.MF or layer.frag):
            break  # a transport checksum is of the whole datagram
        layer = layer.payload
    return bytes(copy)


def judge(outer):
    """What is wrong with an IPIP packet of the router, or an empty text."""
    inner = outer.payload
    if bytes(outer)[: outer.len] != rebuilt(outer)[: outer.len]:
        return f"scapy builds it otherwise: {bytes(outer).hex()} {rebuilt(outer).hex()}"
    fields = (outer.src, outer.dst, outer.proto, outer.ttl, inner.src, inner.dst, inner.ttl)
    wanted = (router, node, 4, 64, router_pod, pod, 63)
    return "" if fields == wanted else f"{fields}, not {wanted}"


def receive(until):
    """The next IPIP packet from the router; answers ARP meanwhile. None when the time is over."""
    global router_mac
    while (left := until - time.monotonic()) > 0:
        frame = wire.recv() if wire.select([wire], left) else None
        if frame is None or frame.src == mac:
            continue
        if ARP in frame and frame[ARP].op == 1 and frame[ARP].pdst == node:
            wire.send(Ether(src=mac, dst=frame.src) / ARP(op=2, hwsrc=mac, psrc=node, hwdst=frame[ARP].hwsrc, pdst=frame[ARP].psrc))
        elif IP in frame and frame[IP].dst == node and frame[IP].proto == 4:
            router_mac = frame.src
            return frame[IP]
    return None


def send(inner, source=node, tos=0):
    wire.send(Ether(src=mac, dst=router_mac) / IP(src=source, dst=router, tos=tos) / inner)


def answer_requests():
    judged = 0
    until = time.monotonic() + PATIENCE
    while judged < 3 and (outer := receive(until)) is not None:
        tell("request", judge(outer))
        request = outer.payload
        if ICMP in request and request[ICMP].type == 8:
            judged += 1
            reply = ICMP(type=0, id=request[ICMP].id, seq=request[ICMP].seq) / request[ICMP].payload
            send(IP(src=pod, dst=router_pod, ttl=63) / reply)
    if judged < 3:
        tell("requests", f"only {judged} came")


def ping(name, packets, source=node, tos=0, expected=True, check=lambda inner: ""):
    """Sends an echo request of one or more packets, and judges the reply or its absence."""
    for packet in packets:
        send(packet, source, tos)
    judge_reply(name, expected, check)


def ping_in_pieces(name, pieces, expected=True):
    """Sends an echo request whose outer packet is in pieces, and judges the reply or its absence."""
    for piece in pieces:
        wire.send(Ether(src=mac, dst=router_mac) / piece)
    judge_reply(name, expected)


def judge_reply(name, expected=True, check=lambda inner: ""):
    until = time.monotonic() + (PATIENCE if expected else 0.5)
    while (outer := receive(until)) is not None:
        inner = outer.payload
        if inner.frag == 0 and ICMP in inner and inner[ICMP].type == 0 and inner[ICMP].id == names.index(name):
            tell(name, (judge(outer) or check(inner)) if expected else "there was a reply")
            return
    tell(name, "there was no reply" if expected else "")


names = ["plain", "options", "fragments", "congestion", "congestion-unmarkable", "stranger", "outer-fragments", "outer-fragments-backwards", "outer-overlap"]


def echo(name, size=56, **fields):
    return IP(src=pod, dst=router_pod, **fields) / ICMP(type=8, id=names.index(name), seq=1) / Raw(b"v" * size)


answer_requests()
ping("plain", [echo("plain")])
ping("options", [echo("options", options=IPOption_RR(length=11, pointer=4, routers=["0.0.0.0"] * 2))])
ping("fragments", fragment(echo("fragments", 2500), 1000))
# RFC 6040: congestion that the outer header saw reaches an inner packet that can be marked; one that cannot is dropped.
ping("congestion", [echo("congestion", tos=2)], tos=3, check=lambda inner: "" if inner.tos & 3 == 3 else f"inner tos {inner.tos}")
ping("congestion-unmarkable", [echo("congestion-unmarkable", tos=0)], tos=3, expected=False)
ping("stranger", [echo("stranger")], source="192.0.2.77", expected=False)


def outer_pieces(name, identification):
    return fragment(IP(src=node, dst=router, proto=4, id=identification) / echo(name, 1200), 400)


ping_in_pieces("outer-fragments", outer_pieces("outer-fragments", 1))
ping_in_pieces("outer-fragments-backwards", outer_pieces("outer-fragments-backwards", 2)[::-1])
# RFC 1858: a piece that overlaps its neighbor spoils the whole.
pieces = outer_pieces("outer-overlap", 3)
middle = pieces[1].copy()
middle.frag -= 1
ping_in_pieces("outer-overlap", [pieces[0], middle, *pieces[1:]], expected=False)
