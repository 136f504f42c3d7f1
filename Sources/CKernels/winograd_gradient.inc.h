// The weight gradient of a Winograd convolution: dw = G^T [sum over tiles of V (A dy A^T)] G, and the
// same along the depth, with A dy = (dy0, dy0 + dy1, dy0 - dy1, -dy1). Included once per instruction
// set; the algorithm is in winograd_transform.inc.h.
//
// A slab of steps at a time is transformed whole; then each position and output block is summed by
// one thread, over all tiles of the slab in float and over slabs in double.

typedef struct {
    const vsdb_tensor *x, *dy;
    int32_t depth;
    ptrdiff_t n, first, last; // the slab: steps [first, last) of image n
    ptrdiff_t start, tiles;   // its part of every slice: tiles [start, start + tiles)
    TILE(step) v, g;          // the first step of x and of dy
    ptrdiff_t v_step, g_step; // floats between steps
    double *sum;              // [part][36][ocb][icb][16 ic][16 oc]
    float *dw;
} TILE(winograd_slab);

enum { ROW_TILES = 32, SLAB_FLOATS = 512 * 1024 }; // tiles that one task transforms; floats of V and G

// The step and tiles of one task of a transform.
typedef struct {
    ptrdiff_t step, from, count;
} TILE(slab_task);

static TILE(slab_task) TILE(slab_task_at)(const TILE(winograd_slab) * s, size_t index) {
    ptrdiff_t rows = (s->tiles + ROW_TILES - 1) / ROW_TILES;
    ptrdiff_t from = (ptrdiff_t)index % rows * ROW_TILES;
    return (TILE(slab_task)){(ptrdiff_t)index / rows, from,
                             TILE(least)(ROW_TILES, s->tiles - from)};
}

static void TILE(slab_transform_x)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    TILE(slab_task) task = TILE(slab_task_at)(s, index);
    TILE(step) v = s->v;
    v.data += task.step * s->v_step + task.from * 16;
    TILE(transform_step)(s->x, s->depth, s->n, (s->first + task.step) * STEP_SLICES(s->depth),
                         s->start + task.from, task.count, v);
}

static void TILE(slab_transform_dy)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    const vsdb_tensor *dy = s->dy;
    TILE(slab_task) task = TILE(slab_task_at)(s, index);
    ptrdiff_t across = TILE(tiling_of)(dy).across;
    ptrdiff_t d = (s->first + task.step) * STEP_SLICES(s->depth);
    const TILE(source) none = {TILE(no_slice), 0};
    _Alignas(64) float copy[2][16 * 16];
    for (ptrdiff_t block = 0; block < dy->blocks; block++) {
        for (ptrdiff_t t = task.from; t < task.from + task.count; t++) {
            ptrdiff_t h = (s->start + t) / across * 4, w = (s->start + t) % across * 4;
            float *to = s->g.data + task.step * s->g_step + block * s->g.block + t * 16;
            TILE(source) a = TILE(tile_at)(dy, s->n, block, d, h, w, 4, 0, copy[0]);
            TILE(tile_gradient)(a, a, 0, to, s->g.position);
            if (s->depth == 1) { continue; }
            TILE(source) b = TILE(tile_at)(dy, s->n, block, d + 1, h, w, 4, 0, copy[1]);
            TILE(tile_gradient)(a, b, +1, to + s->g.part, s->g.position);
            TILE(tile_gradient)(a, b, -1, to + 2 * s->g.part, s->g.position);
            TILE(tile_gradient)(none, b, -1, to + 3 * s->g.part, s->g.position);
        }
    }
}

// acc[c][16 oc] += v[tile][c] * g[tile][16 oc] for COUNT input channels.
#define DEFINE_OUTER(COUNT)                                                                       \
    INLINE void TILE(outer_##COUNT)(const float *v, const float *g, ptrdiff_t tiles,              \
                                    float *sum) {                                                 \
        vec16 acc[COUNT];                                                                         \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                      \
            acc[c] = LOAD(sum + c * 16);                                                          \
        }                                                                                         \
        for (ptrdiff_t t = 0; t < tiles; t++) {                                                   \
            vec16 gradient = LOAD(g + t * 16);                                                    \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < COUNT; c++) {                  \
                acc[c] += gradient * SPLAT(v[t * 16 + c]);                                        \
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

// One part, position and output block: all input blocks, over the slab.
static void TILE(slab_products)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t at = (ptrdiff_t)index / s->dy->blocks, ocb = (ptrdiff_t)index % s->dy->blocks;
    ptrdiff_t part = at / POSITIONS, p = at % POSITIONS;
    const float *g = s->g.data + part * s->g.part + p * s->g.position + ocb * s->g.block;
    const float *v = s->v.data + part * s->v.part + p * s->v.position;
    double *total = s->sum + (ptrdiff_t)index * s->x->blocks * 256;
    for (ptrdiff_t icb = 0; icb < s->x->blocks; icb++, total += 256) {
        _Alignas(64) float sum[256] = {0};
        for (ptrdiff_t step = 0; step < s->last - s->first; step++) {
            TILE(outer)(v + step * s->v_step + icb * s->v.block, g + step * s->g_step, s->tiles,
                        sum);
        }
        for (int i = 0; i < 256; i++) { total[i] += sum[i]; }
    }
}

// dw [3][3] = G^T dU G for one pair of blocks and one depth tap.
static void TILE(slab_finish)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t tap = (ptrdiff_t)index % s->depth, pair = (ptrdiff_t)index / s->depth;
    ptrdiff_t position = (ptrdiff_t)s->dy->blocks * s->x->blocks * 256;
    const double *sum = s->sum + pair * 256;
    float *dw = s->dw + (pair * s->depth + tap) * 9 * 256;
    for (int i = 0; i < 256; i++) {
        double plane[POSITIONS] = {0}, columns[3][6];
        for (ptrdiff_t part = 0; part < STEP_PARTS(s->depth); part++) {
            double factor = TILE(depth_factor)(s->depth, part, tap);
            for (ptrdiff_t p = 0; p < POSITIONS; p++) {
                plane[p] += factor * sum[(part * POSITIONS + p) * position + i];
            }
        }
        for (int c = 0; c < 6; c++) {
            for (int r = 0; r < 3; r++) {
                columns[r][c] = 0;
                for (int k = 0; k < 6; k++) { columns[r][c] += TILE(G)[k][r] * plane[k * 6 + c]; }
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

static void TILE(winograd_weight_gradient)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                           int32_t depth, float *dw) {
    TILE(tiling) tiling = TILE(tiling_of)(dy);
    ptrdiff_t tiles = tiling.down * tiling.across, parts = STEP_PARTS(depth);
    ptrdiff_t steps = (dy->depth + STEP_SLICES(depth) - 1) / STEP_SLICES(depth);
    TILE(winograd_slab) s = {.x = x, .dy = dy, .depth = depth, .dw = dw};
    // A slab is a few whole steps, or a part of the tiles of one.
    ptrdiff_t floats = parts * POSITIONS * 16 * (x->blocks + dy->blocks); // of a tile
    ptrdiff_t cuts = (tiles * floats + SLAB_FLOATS - 1) / SLAB_FLOATS;
    ptrdiff_t span = (tiles + cuts - 1) / cuts;
    ptrdiff_t height = cuts > 1 ? 1 : TILE(least)(SLAB_FLOATS / (tiles * floats), steps);
    s.v.block = s.g.block = span * 16;
    s.v.position = x->blocks * span * 16 + 16;
    s.g.position = dy->blocks * span * 16 + 16;
    s.v.part = POSITIONS * s.v.position;
    s.g.part = POSITIONS * s.g.position;
    s.v_step = parts * s.v.part;
    s.g_step = parts * s.g.part;
    size_t pairs = (size_t)dy->blocks * (size_t)x->blocks;
    size_t sums = (size_t)parts * POSITIONS * pairs * 256;
    s.sum = (double *)vsdb_thread_scratch((size_t)(height * (s.v_step + s.g_step)) + 2 * sums);
    s.v.data = (float *)(s.sum + sums);
    s.g.data = s.v.data + height * s.v_step;
    memset(s.sum, 0, sums * sizeof *s.sum);
    for (s.n = 0; s.n < dy->batch; s.n++) {
        for (s.first = 0; s.first < steps; s.first = s.last) {
            s.last = TILE(least)(s.first + height, steps);
            for (s.start = 0; s.start < tiles; s.start += span) {
                s.tiles = TILE(least)(span, tiles - s.start);
                size_t rows = (size_t)((s.tiles + ROW_TILES - 1) / ROW_TILES);
                size_t tasks = (size_t)(s.last - s.first) * rows;
                vsdb_parallel(tasks, TILE(slab_transform_x), &s);
                vsdb_parallel(tasks, TILE(slab_transform_dy), &s);
                vsdb_parallel((size_t)parts * POSITIONS * (size_t)dy->blocks,
                              TILE(slab_products), &s);
            }
        }
    }
    vsdb_parallel(pairs * (size_t)depth, TILE(slab_finish), &s);
}
