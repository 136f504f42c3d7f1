// The weight gradient of a Winograd convolution: dU = V^T (A dy A^T) summed over tiles, then
// dw = G^T dU G; included once per instruction set. The algorithm is in winograd.inc.h.
//
// The tiles are cut into units, a group of tiles through a few slices, and the units into chunks. A
// chunk is one thread's work: it transforms a unit of x and of dy into scratch of its own, which stays
// in that core's caches, adds their products, and fetches the next unit meanwhile.
//
//   V     x   [slice][icb][36][tile][16 ic], the unit's slices and their neighbours in depth
//   G     dy  [slice][ocb][36][tile][16 oc]
//   sums      [chunk][36][ocb][icb][tap][16 ic][16 oc]
//
// A chunk sums in float, and chunks are summed in double, because a float sum over a million voxels
// loses its digits. Chunks are the same for any number of threads, and so is every bit.

enum {
    CHUNK_TILES = 512, // of a chunk at most, where there are enough chunks for all threads
    UNIT_SLICES = 4,   // of a unit at most, where the kernel has depth, and
    UNIT_PLANES = 64   // of V and G, which are read from the last cache there
};

typedef struct {
    const vsdb_tensor *x, *dy;
    int32_t depth;
    ptrdiff_t slices;        // of a unit
    ptrdiff_t groups, slabs; // units in a plane and along the depth
    ptrdiff_t units, chunks;
    float *sums, *dw;
} TILE(gradient_work);

// Tiles [start, start + count) of slices [first, last) of image n.
typedef struct {
    ptrdiff_t n, first, last, start, count;
} TILE(gradient_unit);

static TILE(gradient_unit) TILE(unit_at)(const TILE(gradient_work) * w, ptrdiff_t index) {
    TILE(tiling) tiling = TILE(tiling_of)(w->dy);
    ptrdiff_t start = index % w->groups * GROUP, slab = index / w->groups;
    ptrdiff_t first = slab % w->slabs * w->slices;
    return (TILE(gradient_unit)){
        .n = slab / w->slabs,
        .first = first,
        .last = TILE(least)(first + w->slices, w->dy->depth),
        .start = start,
        .count = TILE(least)(GROUP, tiling.down * tiling.across - start)};
}

// Floats of the sums of one position.
static ptrdiff_t TILE(cells)(const TILE(gradient_work) * w) {
    return (ptrdiff_t)w->x->blocks * w->dy->blocks * w->depth * 256;
}

// A dy A^T of tiles [first, first + count) of dy's slice d to g [36][tile][16] for every block.
static void TILE(transform_dy)(const vsdb_tensor *dy, ptrdiff_t n, ptrdiff_t d, ptrdiff_t first,
                               ptrdiff_t count, float *g) {
    _Alignas(64) float copy[16 * 16];
    for (ptrdiff_t block = 0; block < dy->blocks; block++, g += PLANE) {
        TILE(corner) at = TILE(corner_of)(dy, first);
        for (ptrdiff_t t = 0; t < count; t++, at = TILE(next_corner)(dy, at)) {
            const float *tile = vsdb_row(dy, n, block, d, at.h) + at.w * 16;
            ptrdiff_t row = dy->row, rows = TILE(least)(4, dy->height - at.h);
            ptrdiff_t columns = TILE(least)(4, dy->width - at.w);
            if (rows < 4 || columns < 4) {
                TILE(copy_tile)(tile, row, rows, columns, 16, copy, 4);
                tile = copy;
                row = 4 * 16;
            }
            TILE(tile_gradient)(tile, row, g + t * 16);
        }
    }
}

// sum[c][16 oc] += v[tile][c] * g[tile][16 oc] for COUNT input channels. The first of a block's also
// fetch the next position's values.
#define DEFINE_OUTER(COUNT, FETCHES)                                                              \
    INLINE void TILE(outer_##COUNT)(const float *v, const float *g, ptrdiff_t tiles,              \
                                    float *sum) {                                                 \
        vec16 acc[COUNT];                                                                         \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                      \
            acc[c] = LOAD(sum + c * 16);                                                          \
        }                                                                                         \
        for (ptrdiff_t t = 0; t < tiles * 16; t += 16) {                                          \
            vec16 gradient = LOAD(g + t);                                                         \
            if (FETCHES) {                                                                        \
                __builtin_prefetch(v + t + POSITION, 0, 2);                                       \
                __builtin_prefetch(g + t + POSITION, 0, 2);                                       \
            }                                                                                     \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                  \
                acc[c] += gradient * SPLAT(v[t + c]);                                             \
            }                                                                                     \
        }                                                                                         \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                      \
            STORE(sum + c * 16, acc[c]);                                                          \
        }                                                                                         \
    }

#if MAX_TILE >= 24
DEFINE_OUTER(16, 1)
#else
DEFINE_OUTER(6, 1)
DEFINE_OUTER(5, 0)
#endif

// All 16 input channels of a block; those past the real ones give sums that nobody reads.
INLINE void TILE(outer)(const float *v, const float *g, ptrdiff_t tiles, float *sum) {
#if MAX_TILE >= 24
    TILE(outer_16)(v, g, tiles, sum);
#else
    TILE(outer_6)(v, g, tiles, sum);
    TILE(outer_5)(v + 6, g, tiles, sum + 6 * 16);
    TILE(outer_5)(v + 11, g, tiles, sum + 11 * 16);
#endif
}

// Adds unit u's products of position p to `sum` [ocb][icb][tap][16 ic][16 oc]; v begins with slice `low`.
static void TILE(unit_products)(const TILE(gradient_work) * w, const TILE(gradient_unit) * u,
                                ptrdiff_t p, const float *v, ptrdiff_t low, const float *g, float *sum) {
    ptrdiff_t x_blocks = w->x->blocks, dy_blocks = w->dy->blocks, reach = w->depth / 2;
    for (ptrdiff_t ocb = 0; ocb < dy_blocks; ocb++) {
        for (ptrdiff_t icb = 0; icb < x_blocks; icb++) {
            for (ptrdiff_t tap = 0; tap < w->depth; tap++, sum += 256) {
                for (ptrdiff_t d = u->first; d < u->last; d++) {
                    ptrdiff_t source = d + tap - reach;
                    if (source < 0 || source >= w->x->depth) { continue; }
                    TILE(outer)(v + ((source - low) * x_blocks + icb) * PLANE + p * POSITION,
                                g + ((d - u->first) * dy_blocks + ocb) * PLANE + p * POSITION,
                                u->count, sum);
                }
            }
        }
    }
}

static void TILE(gradient_chunk)(void *context, size_t chunk) {
    const TILE(gradient_work) *w = context;
    const vsdb_tensor *x = w->x, *dy = w->dy;
    ptrdiff_t reach = w->depth / 2, of_v = x->blocks * PLANE, of_g = dy->blocks * PLANE;
    ptrdiff_t all_v = (w->slices + 2 * reach) * of_v, cells = TILE(cells)(w);
    float *v = vsdb_thread_scratch((size_t)(all_v + w->slices * of_g)), *g = v + all_v;
    float *sums = w->sums + (ptrdiff_t)chunk * POSITIONS * cells;
    memset(sums, 0, (size_t)(POSITIONS * cells) * sizeof *sums);
    ptrdiff_t from = w->units * (ptrdiff_t)chunk / w->chunks;
    ptrdiff_t to = w->units * ((ptrdiff_t)chunk + 1) / w->chunks;
    for (ptrdiff_t i = from; i < to; i++) {
        TILE(gradient_unit) u = TILE(unit_at)(w, i), next = TILE(unit_at)(w, i + 1 < to ? i + 1 : i);
        ptrdiff_t low = u.first < reach ? 0 : u.first - reach;
        ptrdiff_t high = TILE(least)(u.last + reach, x->depth);
        for (ptrdiff_t d = low; d < high; d++) {
            TILE(transform_slice)(x, NULL, u.n, d, u.start, u.count, v + (d - low) * of_v);
        }
        for (ptrdiff_t d = u.first; d < u.last; d++) {
            TILE(transform_dy)(dy, u.n, d, u.start, u.count, g + (d - u.first) * of_g);
        }
        TILE(corner) at = TILE(corner_of)(dy, next.start);
        for (ptrdiff_t p = 0; p < POSITIONS; p++) {
            if (p < next.count) {
                for (ptrdiff_t d = next.first; d < next.last; d++) {
                    TILE(fetch_tile)(x, next.n, d, at);
                    TILE(fetch_tile)(dy, next.n, d, at);
                }
                at = TILE(next_corner)(dy, at);
            }
            TILE(unit_products)(w, &u, p, v, low, g, sums + p * cells);
        }
    }
}

// dw [3][3] = G^T dU G for one pair of blocks and one depth tap.
static void TILE(gradient_finish)(void *context, size_t index) {
    const TILE(gradient_work) *w = context;
    ptrdiff_t cells = TILE(cells)(w);
    _Alignas(64) double sum[POSITIONS][256] = {{0}};
    for (ptrdiff_t row = 0; row < w->chunks * POSITIONS; row++) {
        const float *part = w->sums + row * cells + (ptrdiff_t)index * 256;
        double *total = sum[row % POSITIONS];
        for (int i = 0; i < 256; i += 8) { *(vec8 *)(total + i) += vsdb_widened(part + i); }
    }
    float *dw = w->dw + (ptrdiff_t)index * 9 * 256;
    for (int i = 0; i < 256; i += 8) {
        vec8 columns[3][6];
        for (int c = 0; c < 6; c++) {
            for (int r = 0; r < 3; r++) {
                columns[r][c] = (vec8){0};
                for (int k = 0; k < 6; k++) {
                    columns[r][c] += TILE(G)[k][r] * *(vec8 *)(sum[k * 6 + c] + i);
                }
            }
        }
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                vec8 value = {0};
                for (int k = 0; k < 6; k++) { value += columns[r][k] * TILE(G)[k][c]; }
                vsdb_narrow(value, dw + (r * 3 + c) * 256 + i);
            }
        }
    }
}

static void TILE(winograd_weight_gradient)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                           int32_t depth, float *dw) {
    TILE(tiling) tiling = TILE(tiling_of)(dy);
    ptrdiff_t tiles = tiling.down * tiling.across;
    TILE(gradient_work) w = {.x = x, .dy = dy, .depth = depth, .slices = 1, .dw = dw};
    if (depth > 1) {
        ptrdiff_t fit = (UNIT_PLANES - depth / 2 * 2 * x->blocks) / (x->blocks + dy->blocks);
        w.slices = fit < 1 ? 1 : TILE(least)(TILE(least)(fit, UNIT_SLICES), dy->depth);
    }
    w.groups = (tiles + GROUP - 1) / GROUP;
    w.slabs = (dy->depth + w.slices - 1) / w.slices;
    w.units = w.groups * w.slabs * dy->batch;
    ptrdiff_t chunks = (tiles * dy->depth * dy->batch + CHUNK_TILES - 1) / CHUNK_TILES;
    w.chunks = TILE(least)(chunks < GRADIENT_CHUNKS ? GRADIENT_CHUNKS : chunks, w.units);
    w.sums = vsdb_shared_scratch((size_t)(w.chunks * POSITIONS * TILE(cells)(&w)));
    vsdb_parallel((size_t)w.chunks, TILE(gradient_chunk), &w);
    vsdb_parallel((size_t)dy->blocks * (size_t)x->blocks * (size_t)depth, TILE(gradient_finish), &w);
}
