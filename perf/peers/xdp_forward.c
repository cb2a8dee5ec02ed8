/*
 * A plain forwarder over AF_XDP sockets in copy mode, as a measure for vRouter's af-xdp driver: a native XDP program takes every frame of one interface, one thread that spins copies it into
 * the memory of a second socket, which sends it out of the other interface. It writes two MAC addresses into each frame and does nothing else that a router does: no validation, no lookup,
 * no TTL, no tunnel, no neighbor, no checksum.
 *
 *   xdp_forward IN OUT NEXT-HOP-MAC        runs until SIGTERM; the program leaves the interface with the process
 *
 * Written from Documentation/networking/af_xdp.rst and bpf(2); it needs no library.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* since Linux 6.17 */
#endif

enum { BATCH = 64, CHUNK = 2048, CHUNKS = 4096, RING = 2048, SEND_BUFFER = 8 << 20 };

struct ring {
    _Atomic uint32_t *producer, *consumer, *flags;
    void *entries;
    uint32_t produced, consumed; /* what this side knows */
};

struct port {
    int number;
    uint8_t *memory;
    struct ring receive, transmit, fill, completion;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct ring map_ring(int number, const struct xdp_ring_offset *at, size_t entry, off_t page)
{
    uint8_t *mapped = mmap(NULL, at->desc + RING * entry, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, number, page);
    if (mapped == MAP_FAILED)
        fail("mmap");
    return (struct ring){ (void *)(mapped + at->producer), (void *)(mapped + at->consumer), (void *)(mapped + at->flags), mapped + at->desc, 0, 0 };
}

static struct port open_port(const char *name)
{
    struct port port = { .number = socket(AF_XDP, SOCK_RAW, 0) };
    struct sockaddr_xdp address = { .sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY | XDP_USE_NEED_WAKEUP, .sxdp_ifindex = if_nametoindex(name) };
    if (port.number < 0 || address.sxdp_ifindex == 0)
        fail(name);
    port.memory = mmap(NULL, (size_t)CHUNK * CHUNKS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (port.memory == MAP_FAILED)
        fail("mmap");
    struct xdp_umem_reg memory = { .addr = (uintptr_t)port.memory, .len = (uint64_t)CHUNK * CHUNKS, .chunk_size = CHUNK };
    struct xdp_mmap_offsets offsets;
    socklen_t length = sizeof offsets;
    int size = RING, bytes = SEND_BUFFER, budget = BATCH;
    if (setsockopt(port.number, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory) || setsockopt(port.number, SOL_XDP, XDP_RX_RING, &size, sizeof size)
        || setsockopt(port.number, SOL_XDP, XDP_TX_RING, &size, sizeof size) || setsockopt(port.number, SOL_XDP, XDP_UMEM_FILL_RING, &size, sizeof size)
        || setsockopt(port.number, SOL_XDP, XDP_UMEM_COMPLETION_RING, &size, sizeof size)
        || setsockopt(port.number, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes)
        || getsockopt(port.number, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length))
        fail("setsockopt(AF_XDP)");
    setsockopt(port.number, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &budget, sizeof budget); /* else 32 for each call */
    port.receive = map_ring(port.number, &offsets.rx, sizeof(struct xdp_desc), XDP_PGOFF_RX_RING);
    port.transmit = map_ring(port.number, &offsets.tx, sizeof(struct xdp_desc), XDP_PGOFF_TX_RING);
    port.fill = map_ring(port.number, &offsets.fr, sizeof(uint64_t), XDP_UMEM_PGOFF_FILL_RING);
    port.completion = map_ring(port.number, &offsets.cr, sizeof(uint64_t), XDP_UMEM_PGOFF_COMPLETION_RING);
    if (bind(port.number, (struct sockaddr *)&address, sizeof address))
        fail("bind(AF_XDP)");
    return port;
}

static int bpf(int command, union bpf_attr *attributes)
{
    return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

/* return bpf_redirect_map(map, context->rx_queue_index, XDP_DROP) */
static void take_everything(const char *name, int socket)
{
    int map = bpf(BPF_MAP_CREATE, &(union bpf_attr){ .map_type = BPF_MAP_TYPE_XSKMAP, .key_size = 4, .value_size = 4, .max_entries = 1 });
    uint32_t queue = 0;
    if (map < 0
        || bpf(BPF_MAP_UPDATE_ELEM, &(union bpf_attr){ .map_fd = map, .key = (uintptr_t)&queue, .value = (uintptr_t)&socket }))
        fail("bpf(XSKMAP)");
    struct bpf_insn code[] = {
        { .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = offsetof(struct xdp_md, rx_queue_index) },
        { .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
        { .code = 0 },
        { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = XDP_DROP },
        { .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
        { .code = BPF_JMP | BPF_EXIT },
    };
    int program = bpf(BPF_PROG_LOAD, &(union bpf_attr){ .prog_type = BPF_PROG_TYPE_XDP, .insns = (uintptr_t)code, .insn_cnt = sizeof code / sizeof *code,
        .license = (uintptr_t)"Dual MIT/GPL", .expected_attach_type = BPF_XDP });
    if (program < 0)
        fail("bpf(PROG_LOAD)");
    union bpf_attr link = { 0 };
    link.link_create.prog_fd = program;
    link.link_create.target_ifindex = if_nametoindex(name);
    link.link_create.attach_type = BPF_XDP;
    link.link_create.flags = XDP_FLAGS_DRV_MODE;
    if (bpf(BPF_LINK_CREATE, &link) < 0)
        fail("bpf(LINK_CREATE)");
}

static uint32_t filled(struct ring *ring)
{
    return atomic_load_explicit(ring->producer, memory_order_acquire) - ring->consumed;
}

static void release(struct ring *ring, uint32_t count)
{
    ring->consumed += count;
    atomic_store_explicit(ring->consumer, ring->consumed, memory_order_release);
}

static void publish(struct ring *ring, uint32_t count)
{
    ring->produced += count;
    atomic_store_explicit(ring->producer, ring->produced, memory_order_release);
}

int main(int count, char **words)
{
    unsigned digits[ETH_ALEN];
    uint8_t addresses[2 * ETH_ALEN];
    if (count != 4
        || sscanf(words[3], "%x:%x:%x:%x:%x:%x", digits, digits + 1, digits + 2, digits + 3, digits + 4, digits + 5) != ETH_ALEN) {
        fprintf(stderr, "usage: xdp_forward IN OUT NEXT-HOP-MAC\n");
        return 2;
    }
    for (int i = 0; i < ETH_ALEN; i++)
        addresses[i] = digits[i];

    struct port in = open_port(words[1]), out = open_port(words[2]);
    struct ifreq request = { 0 };
    int question = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(request.ifr_name, words[2], IFNAMSIZ - 1);
    if (ioctl(question, SIOCGIFHWADDR, &request))
        fail("SIOCGIFHWADDR");
    memcpy(addresses + ETH_ALEN, request.ifr_hwaddr.sa_data, ETH_ALEN);
    take_everything(words[1], in.number);

    uint64_t *empty = in.fill.entries, *sent = out.completion.entries;
    struct xdp_desc *received = in.receive.entries, *to_send = out.transmit.entries;
    for (uint32_t i = 0; i < RING; i++)
        empty[i] = (uint64_t)i * CHUNK;
    publish(&in.fill, RING);
    static uint64_t free_chunks[CHUNKS];
    uint32_t free_count = RING; /* so that the transmit ring always has room for what has a chunk */
    for (uint32_t i = 0; i < free_count; i++)
        free_chunks[i] = (uint64_t)i * CHUNK;

    for (;;) {
        uint32_t done = filled(&out.completion);
        for (uint32_t i = 0; i < done; i++)
            free_chunks[free_count++] = sent[(out.completion.consumed + i) % RING];
        if (done > 0)
            release(&out.completion, done);

        uint32_t ready = filled(&in.receive);
        if (ready > BATCH)
            ready = BATCH;
        if (ready > free_count)
            ready = free_count;
        for (uint32_t i = 0; i < ready; i++) {
            const struct xdp_desc *from = received + (in.receive.consumed + i) % RING;
            uint64_t chunk = free_chunks[--free_count];
            memcpy(out.memory + chunk, in.memory + from->addr, from->len);
            memcpy(out.memory + chunk, addresses, sizeof addresses);
            to_send[(out.transmit.produced + i) % RING] = (struct xdp_desc){ .addr = chunk, .len = from->len };
            empty[(in.fill.produced + i) % RING] = from->addr & ~(uint64_t)(CHUNK - 1);
        }
        if (ready > 0) {
            release(&in.receive, ready);
            publish(&in.fill, ready);
            publish(&out.transmit, ready);
        }
        /* What the interface dropped (EBUSY) is lost, as a plain forwarder has it; what is not sent yet is sent by the next call. */
        if (free_count < RING && sendto(out.number, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno != EAGAIN && errno != EBUSY && errno != ENOBUFS && errno != EINTR)
            fail("sendto(AF_XDP)");
    }
}
