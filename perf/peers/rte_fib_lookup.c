/*
 * Measures DPDK's rte_fib (DIR-24-8, entries of two bytes) with the routes and addresses that `VRouter.Benchmarks lpm prepare` wrote, in the way that
 * `VRouter.Benchmarks lpm measure` measures vRouter: batches of 256, windows of 65,536 lookups, three passes, processor time of the thread.
 * Prints: name, traffic, median, 90th percentile, unit.
 *
 * usage: rte_fib_lookup EAL-OPTIONS -- DIRECTORY TRAFFIC...
 */
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_memory.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 256, WINDOW = 1 << 16, PASSES = 3, MAX_WINDOWS = 4096, DEPENDENT = 1 << 19 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint32_t *load(const char *directory, const char *name, size_t *words)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s.bin", directory, name);
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	fseek(file, 0, SEEK_END);
	*words = ftell(file) / sizeof(uint32_t);
	rewind(file);
	uint32_t *data = malloc(*words * sizeof *data);
	if (!data || fread(data, sizeof *data, *words, file) != *words) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(1);
	}
	fclose(file);
	return data;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void batches(struct rte_fib *fib, const char *name, const char *traffic, const uint32_t *addresses, size_t count)
{
	static double rates[MAX_WINDOWS];
	uint64_t hops[BATCH];
	int windows = 0;
	for (int pass = 0; pass < PASSES; pass++)
		for (size_t from = 0; from + WINDOW <= count && windows < MAX_WINDOWS; from += WINDOW) {
			double start = now();
			for (size_t i = from; i < from + WINDOW; i += BATCH)
				rte_fib_lookup_bulk(fib, (uint32_t *)addresses + i, hops, BATCH);
			rates[windows++] = WINDOW / (now() - start) / 1e6;
		}
	qsort(rates, windows, sizeof *rates, ascending);
	printf("%s %s %.2f %.2f Mlps\n", name, traffic, rates[windows / 2], rates[windows * 9 / 10]);
}

static void dependent(struct rte_fib *fib, const char *name, const uint32_t *addresses)
{
	double best = 1e9;
	for (int run = 0; run < 5; run++) {
		uint64_t hop = 0;
		double start = now();
		for (size_t i = 0; i < DEPENDENT; i++) {
			uint32_t address = addresses[i] ^ (uint32_t)(hop >> 24);
			rte_fib_lookup_bulk(fib, &address, &hop, 1);
		}
		double nanoseconds = (now() - start) / DEPENDENT * 1e9;
		best = nanoseconds < best ? nanoseconds : best;
	}
	printf("%s dependent %.2f - ns\n", name, best);
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);
	if (used < 0 || argc - used < 3) {
		fprintf(stderr, "usage: rte_fib_lookup EAL-OPTIONS -- DIRECTORY TRAFFIC...\n");
		return 2;
	}
	argv += used;
	argc -= used;
	size_t words;
	uint32_t *routes = load(argv[1], "routes", &words);
	struct rte_fib_conf conf = {
		.type = RTE_FIB_DIR24_8,
		.max_routes = 1 << 21,
		.dir24_8 = { .nh_sz = RTE_FIB_DIR24_8_2B, .num_tbl8 = 30000 },
	};
	double start = now();
	struct rte_fib *fib = rte_fib_create("lookup", SOCKET_ID_ANY, &conf);
	if (!fib) {
		fprintf(stderr, "rte_fib_create: error %d\n", rte_errno);
		return 1;
	}
	for (size_t i = 0; i < words; i += 3)
		if (rte_fib_add(fib, routes[i], routes[i + 1], routes[i + 2])) {
			fprintf(stderr, "rte_fib_add fails at route %zu\n", i / 3);
			return 1;
		}
	printf("rte_fib build %.2f - s\n", now() - start);
	const struct { const char *name; enum rte_fib_lookup_type type; } ways[] = {
		{ "rte_fib-scalar", RTE_FIB_LOOKUP_DIR24_8_SCALAR_MACRO },
		{ "rte_fib-avx512", RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512 },
	};
	for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
		if (rte_fib_select_lookup(fib, ways[way].type)) {
			fprintf(stderr, "%s: not on this processor\n", ways[way].name);
			continue;
		}
		for (int i = 2; i < argc; i++) {
			size_t count;
			uint32_t *addresses = load(argv[1], argv[i], &count);
			batches(fib, ways[way].name, argv[i], addresses, count);
			if (i == 2)
				dependent(fib, ways[way].name, addresses);
			free(addresses);
		}
	}
	return 0;
}
