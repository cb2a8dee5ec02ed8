/*
 * A plain forwarder over packet sockets, as a measure for vRouter's af-packet driver: a TPACKET_V2 receive ring on one interface, sendmmsg(2) past the queueing
 * discipline on the other, one thread that spins. It writes two MAC addresses into each frame and does nothing else that a router does: no validation, no lookup,
 * no TTL, no tunnel, no neighbor.
 *
 *   ring_forward IN OUT NEXT-HOP-MAC        runs until SIGTERM
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, BLOCK = 1 << 16, BLOCKS = 64, SLOT = 2048 };

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int packet_socket(const char *name, int protocol)
{
    int number = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = if_nametoindex(name) };
    if (number < 0 || address.sll_ifindex == 0)
        fail(name);
    if (protocol == 0) {
        int one = 1, bytes = 8 << 20;
        if (setsockopt(number, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) || setsockopt(number, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes))
            fail("setsockopt(send)");
        if (bind(number, (struct sockaddr *)&address, sizeof address))
            fail("bind");
    }
    return number;
}

static uint8_t *receive_ring(int number, const char *name)
{
    int version = TPACKET_V2, one = 1;
    struct tpacket_req request = { .tp_block_size = BLOCK, .tp_block_nr = BLOCKS, .tp_frame_size = SLOT, .tp_frame_nr = BLOCK / SLOT * BLOCKS };
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(name) };
    if (setsockopt(number, SOL_PACKET, PACKET_VERSION, &version, sizeof version) || setsockopt(number, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)
        || setsockopt(number, SOL_PACKET, PACKET_RX_RING, &request, sizeof request))
        fail("setsockopt(receive ring)");
    uint8_t *ring = mmap(NULL, (size_t)BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, number, 0);
    if (ring == MAP_FAILED)
        fail("mmap");
    if (bind(number, (struct sockaddr *)&address, sizeof address))
        fail("bind");
    return ring;
}

int main(int count, char **words)
{
    unsigned digits[ETH_ALEN];
    uint8_t addresses[2 * ETH_ALEN];
    if (count != 4
        || sscanf(words[3], "%x:%x:%x:%x:%x:%x", digits, digits + 1, digits + 2, digits + 3, digits + 4, digits + 5) != ETH_ALEN) {
        fprintf(stderr, "usage: ring_forward IN OUT NEXT-HOP-MAC\n");
        return 2;
    }
    for (int i = 0; i < ETH_ALEN; i++)
        addresses[i] = digits[i];

    int in = packet_socket(words[1], ETH_P_ALL), out = packet_socket(words[2], 0);
    struct ifreq request = { 0 };
    strncpy(request.ifr_name, words[2], IFNAMSIZ - 1);
    if (ioctl(out, SIOCGIFHWADDR, &request))
        fail("SIOCGIFHWADDR");
    memcpy(addresses + ETH_ALEN, request.ifr_hwaddr.sa_data, ETH_ALEN);
    uint8_t *ring = receive_ring(in, words[1]);

    static struct mmsghdr messages[BATCH];
    static struct iovec vectors[BATCH];
    for (int i = 0; i < BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = vectors + i, .msg_iovlen = 1 };

    const unsigned slots = BLOCK / SLOT * BLOCKS;
    for (unsigned first = 0;;) {
        int ready = 0;
        for (; ready < BATCH; ready++) {
            struct tpacket2_hdr *slot = (void *)(ring + (size_t)((first + ready) % slots) * SLOT);
            if (!(atomic_load_explicit((_Atomic uint32_t *)&slot->tp_status, memory_order_acquire) & TP_STATUS_USER))
                break;
            uint8_t *frame = (uint8_t *)slot + slot->tp_mac;
            memcpy(frame, addresses, sizeof addresses);
            vectors[ready] = (struct iovec){ frame, slot->tp_snaplen };
        }
        for (int done = 0; done < ready;) {
            int sent = sendmmsg(out, messages + done, ready - done, MSG_DONTWAIT);
            done += sent > 0 ? sent : 1; /* what is refused is lost, as a plain forwarder has it */
        }
        for (int i = 0; i < ready; i++) {
            struct tpacket2_hdr *slot = (void *)(ring + (size_t)((first + i) % slots) * SLOT);
            atomic_store_explicit((_Atomic uint32_t *)&slot->tp_status, TP_STATUS_KERNEL, memory_order_release);
        }
        first = (first + ready) % slots;
    }
}
