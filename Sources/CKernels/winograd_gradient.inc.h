// The weight gradient of a Winograd convolution: dU = V^T (A dy A^T) summed over tiles, then
// dw = G^T dU G; included once per instruction set. The algorithm is in winograd.inc.h.
//
// A slab of slices at a time is transformed whole; then each position and output block is summed by
// one thread, over all tiles of the slab in float and over slabs in double.

typedef struct {
    const vsdb_tensor *x, *dy;
    int32_t depth;
    ptrdiff_t n, first, last;    // the slab: slices [first, last) of image n
    ptrdiff_t start, tiles;      // its part of every slice: tiles [start, start + tiles)
    ptrdiff_t low;               // the first slice in v
    float *v, *g;                // x [slice][icb][group][36][tile][16], dy [slice][ocb][group] likewise
    ptrdiff_t groups;            // of tiles, GROUP each but the last
    double *sum;                 // [36][ocb][icb][depth][16 ic][16 oc]
    float *dw;
} TILE(winograd_slab);

// One group of tiles of one slice.
static void TILE(slab_transform_x)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t d = (ptrdiff_t)index / s->groups, group = (ptrdiff_t)index % s->groups;
    ptrdiff_t from = group * GROUP, count = TILE(least)(GROUP, s->tiles - from);
    TILE(transform_slice)(s->x, s->n, s->low + d, s->start + from, count,
                          s->v + (d * s->x->blocks * s->groups + group) * PLANE, s->groups * PLANE);
}

static void TILE(slab_transform_dy)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    const vsdb_tensor *dy = s->dy;
    ptrdiff_t d = (ptrdiff_t)index / s->groups, group = (ptrdiff_t)index % s->groups;
    ptrdiff_t from = group * GROUP, count = TILE(least)(GROUP, s->tiles - from);
    _Alignas(64) float copy[16 * 16];
    for (ptrdiff_t block = 0; block < dy->blocks; block++) {
        float *g = s->g + ((d * dy->blocks + block) * s->groups + group) * PLANE;
        TILE(corner) at = TILE(corner_of)(dy, s->start + from);
        for (ptrdiff_t t = 0; t < count; t++, at = TILE(next_corner)(dy, at)) {
            const float *tile = vsdb_row(dy, s->n, block, s->first + d, at.h) + at.w * 16;
            ptrdiff_t row = dy->row, rows = TILE(least)(4, dy->height - at.h);
            ptrdiff_t columns = TILE(least)(4, dy->width - at.w);
            if (rows < 4 || columns < 4) {
                TILE(copy_tile)(tile, row, rows, columns, 4, copy, 4);
                tile = copy;
                row = 4 * 16;
            }
            TILE(tile_gradient)(tile, row, g + t * 16);
        }
    }
}

// acc[c][16 oc] += v[tile][c] * g[tile][16 oc] for COUNT input channels, over groups of tiles.
#define DEFINE_OUTER(COUNT)                                                                       \
    INLINE void TILE(outer_##COUNT)(const float *v, const float *g, ptrdiff_t tiles,              \
                                    float *sum) {                                                 \
        vec16 acc[COUNT];                                                                         \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                      \
            acc[c] = LOAD(sum + c * 16);                                                          \
        }                                                                                         \
        for (; tiles > 0; tiles -= GROUP, v += PLANE, g += PLANE) {                               \
            ptrdiff_t count = tiles < GROUP ? tiles : GROUP;                                      \
            for (ptrdiff_t t = 0; t < count; t++) {                                               \
                vec16 gradient = LOAD(g + t * 16);                                                \
                _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {              \
                    acc[c] += gradient * SPLAT(v[t * 16 + c]);                                    \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                      \
            STORE(sum + c * 16, acc[c]);                                                          \
        }                                                                                         \
    }

#if MAX_TILE >= 24
DEFINE_OUTER(16)
#else
DEFINE_OUTER(6)
DEFINE_OUTER(4)
#endif

// All 16 input channels of a block; those past the real ones give sums that nobody reads.
INLINE void TILE(outer)(const float *v, const float *g, ptrdiff_t tiles, float *sum) {
#if MAX_TILE >= 24
    TILE(outer_16)(v, g, tiles, sum);
#else
    TILE(outer_6)(v, g, tiles, sum);
    TILE(outer_6)(v + 6, g, tiles, sum + 6 * 16);
    TILE(outer_4)(v + 12, g, tiles, sum + 12 * 16);
#endif
}

// One position and output block: all input blocks and depth taps, over the slab.
static void TILE(slab_products)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t p = (ptrdiff_t)index / s->dy->blocks, ocb = (ptrdiff_t)index % s->dy->blocks;
    const float *g = s->g + ocb * s->groups * PLANE + p * POSITION;
    ptrdiff_t v_slice = s->x->blocks * s->groups * PLANE, g_slice = s->dy->blocks * s->groups * PLANE;
    double *total = s->sum + (ptrdiff_t)index * s->x->blocks * s->depth * 256;
    for (ptrdiff_t icb = 0; icb < s->x->blocks; icb++) {
        const float *v = s->v + icb * s->groups * PLANE + p * POSITION;
        for (ptrdiff_t a = 0; a < s->depth; a++, total += 256) {
            _Alignas(64) float sum[256] = {0};
            for (ptrdiff_t d = s->first; d < s->last; d++) {
                ptrdiff_t source = d + a - s->depth / 2;
                if (source < 0 || source >= s->x->depth) { continue; }
                TILE(outer)(v + (source - s->low) * v_slice, g + (d - s->first) * g_slice, s->tiles,
                            sum);
            }
            for (int i = 0; i < 256; i++) { total[i] += sum[i]; }
        }
    }
}

// dw [3][3] = G^T dU G for one pair of blocks and one depth tap.
static void TILE(slab_finish)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t a = (ptrdiff_t)index % s->depth, pair = (ptrdiff_t)index / s->depth;
    ptrdiff_t position = (ptrdiff_t)s->dy->blocks * s->x->blocks * s->depth * 256;
    const double *sum = s->sum + (ptrdiff_t)index * 256;
    float *dw = s->dw + (pair * s->depth + a) * 9 * 256;
    for (int i = 0; i < 256; i++) {
        double columns[3][6];
        for (int c = 0; c < 6; c++) {
            for (int r = 0; r < 3; r++) {
                double value = 0;
                for (int k = 0; k < 6; k++) { value += TILE(G)[k][r] * sum[(k * 6 + c) * position + i]; }
                columns[r][c] = value;
            }
        }
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                double value = 0;
                for (int k = 0; k < 6; k++) { value += columns[r][k] * TILE(G)[k][c]; }
                dw[(r * 3 + c) * 256 + i] = (float)value;
            }
        }
    }
}

enum { SLAB_FLOATS = 512 * 1024 };

static void TILE(winograd_weight_gradient)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                           int32_t depth, float *dw) {
    TILE(tiling) tiling = TILE(tiling_of)(dy);
    ptrdiff_t tiles = tiling.down * tiling.across, reach = depth / 2;
    TILE(winograd_slab) s = {.x = x, .dy = dy, .depth = depth, .dw = dw};
    // A slab is a few whole slices, or full groups of tiles of each where even the fewest are too large.
    ptrdiff_t of_x = POSITIONS * 16 * x->blocks, of_dy = POSITIONS * 16 * dy->blocks;
    ptrdiff_t slices = 1 + 4 * reach, halo = 2 * reach;
    ptrdiff_t parts = (tiles * (slices * (of_x + of_dy) + halo * of_x) + SLAB_FLOATS - 1) / SLAB_FLOATS;
    ptrdiff_t most = ((tiles + parts - 1) / parts + GROUP - 1) / GROUP, span = most * GROUP;
    if (parts == 1) {
        slices = (SLAB_FLOATS / tiles - halo * of_x) / (of_x + of_dy);
        slices = TILE(least)(slices, dy->depth);
    }
    size_t cells = (size_t)dy->blocks * (size_t)x->blocks * (size_t)depth * 256;
    ptrdiff_t planes_v = (slices + halo) * x->blocks * most, planes_g = slices * dy->blocks * most;
    size_t floats = (size_t)((planes_v + planes_g) * PLANE);
    s.sum = (double *)vsdb_thread_scratch(floats + 2 * POSITIONS * cells);
    s.v = (float *)(s.sum + POSITIONS * cells);
    s.g = s.v + planes_v * PLANE;
    memset(s.sum, 0, POSITIONS * cells * sizeof *s.sum);
    for (s.n = 0; s.n < dy->batch; s.n++) {
        for (s.first = 0; s.first < dy->depth; s.first = s.last) {
            s.last = TILE(least)(s.first + slices, dy->depth);
            s.low = s.first < reach ? 0 : s.first - reach;
            ptrdiff_t high = TILE(least)(s.last + reach, x->depth);
            for (s.start = 0; s.start < tiles; s.start += span) {
                s.tiles = TILE(least)(span, tiles - s.start);
                s.groups = (s.tiles + GROUP - 1) / GROUP;
                vsdb_parallel((size_t)((high - s.low) * s.groups), TILE(slab_transform_x), &s);
                vsdb_parallel((size_t)((s.last - s.first) * s.groups), TILE(slab_transform_dy), &s);
                vsdb_parallel(POSITIONS * (size_t)dy->blocks, TILE(slab_products), &s);
            }
        }
    }
    vsdb_parallel((size_t)dy->blocks * (size_t)x->blocks * (size_t)depth, TILE(slab_finish), &s);
}
