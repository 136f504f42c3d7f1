// Winograd convolution F(4x4, 3x3) over channel blocks; included once per instruction set.
//
// A 3x3 convolution of one 6x6 tile of x gives a 4x4 tile of y. Written as (Lavin and Gray, CVPR 2016)
//   y = A^T [ (G w G^T) . (B^T x B) ] A,
// it takes 36 products per channel pair in place of 144. For a 3x3x3 kernel each slice of x is
// transformed once for all three depth taps, and the taps are summed in the transformed domain.
//
// Shapes, for C input and K output channels in blocks of 16 (IB and OB blocks), `depth` taps in depth:
//   U  weights      [ocb][36 positions][icb][depth][16 ic][16 oc], made by vsdb_winograd_weights_f32
//   V  input tiles  [ring of `depth` slices][36][icb][tile][16 ic], one group of tiles at a time
//   M  products     [36][tile][16 oc], one output block at a time
// A group of tiles is small enough for V to stay in the second-level cache, and U[ocb][position] and
// V[position] in the first. The products are the tiles of convolution.inc.h, with `depth` taps.
//
// The image's edge: rows and columns past the zero border count as zeros, and outputs past the edge
// are dropped, so any height and width will do.
//
// Rounding: the transforms' constants reach 8, and sums of terms of unlike size lose digits; the
// result is within about 1e-5 of the output's scale of the direct sum (docs/BENCHMARKS.md).

enum { POSITIONS = 36, GROUP_FLOATS = 256 * 1024, LEAST_GROUP = 6, MOST_GROUP = 48 };

typedef float TILE(lanes) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int32_t TILE(lane_bits) __attribute__((vector_size(LANES * 4), aligned(4)));

#define UNROLL(COUNT) _Pragma("clang loop unroll(full)") for (int i = 0; i < COUNT; i++)

// B^T: six values of x, `step` apart, to six.
INLINE void TILE(transform_input)(const TILE(lanes) * x, int step, TILE(lanes) * v) {
    TILE(lanes) a = x[0], b = x[step], c = x[2 * step], d = x[3 * step], e = x[4 * step],
                f = x[5 * step];
    TILE(lanes) p = e - 4.0f * c, q = d - 4.0f * b, r = e - c, s = 2.0f * (d - b);
    v[0] = 4.0f * a - 5.0f * c + e;
    v[1] = p + q;
    v[2] = p - q;
    v[3] = r + s;
    v[4] = r - s;
    v[5] = 4.0f * b - 5.0f * d + f;
}

// A^T: six products, `step` apart, to four values of y.
INLINE void TILE(transform_output)(const TILE(lanes) * m, int step, TILE(lanes) * y) {
    TILE(lanes) p = m[step] + m[2 * step], q = m[step] - m[2 * step];
    TILE(lanes) r = m[3 * step] + m[4 * step], s = m[3 * step] - m[4 * step];
    y[0] = m[0] + p + r;
    y[1] = q + 2.0f * s;
    y[2] = p + 4.0f * r;
    y[3] = q + 8.0f * s + m[5 * step];
}

// A, the transpose: four values of dy, `step` apart, to six.
INLINE void TILE(transform_gradient)(const TILE(lanes) * y, int step, TILE(lanes) * m) {
    TILE(lanes) a = y[0], b = y[step], c = y[2 * step], d = y[3 * step];
    TILE(lanes) p = a + c, q = b + d, r = a + 4.0f * c, s = 2.0f * b + 8.0f * d;
    m[0] = a;
    m[1] = p + q;
    m[2] = p - q;
    m[3] = r + s;
    m[4] = r - s;
    m[5] = d;
}

// B^T x B of one tile of 16 channels; v's positions lie `position` floats apart.
INLINE void TILE(tile_input)(const float *x, ptrdiff_t row, float *v, ptrdiff_t position) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[36], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) { in[i] = *(const TILE(lanes) *)(x + i * row + c * 16 + lane); }
            TILE(transform_input)(in, 1, out);
            UNROLL(6) { columns[i * 6 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_input)(columns + r * 6, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * position + lane) = out[i]; }
        }
    }
}

// A dy A^T of one tile of 16 channels.
INLINE void TILE(tile_gradient)(const float *dy, ptrdiff_t row, float *v, ptrdiff_t position) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[4], columns[24], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 4; c++) {
            UNROLL(4) { in[i] = *(const TILE(lanes) *)(dy + i * row + c * 16 + lane); }
            TILE(transform_gradient)(in, 1, out);
            UNROLL(6) { columns[i * 4 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_gradient)(columns + r * 4, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * position + lane) = out[i]; }
        }
    }
}

// A^T m A of one tile of 16 channels into y [4][4][16], rows `row` floats apart.
INLINE void TILE(tile_output)(const float *m, ptrdiff_t position, float *y, ptrdiff_t row,
                              const float *bias, const float *slope, int32_t accumulate) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[24], out[4];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) { in[i] = *(const TILE(lanes) *)(m + (i * 6 + c) * position + lane); }
            TILE(transform_output)(in, 1, out);
            UNROLL(4) { columns[i * 6 + c] = out[i]; }
        }
        TILE(lanes) start = {0}, factor = {0};
        if (bias) { start = *(const TILE(lanes) *)(bias + lane); }
        if (slope) { factor = *(const TILE(lanes) *)(slope + lane); }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
            TILE(transform_output)(columns + r * 6, 1, out);
            UNROLL(4) {
                TILE(lanes) *target = (TILE(lanes) *)(y + r * row + i * 16 + lane);
                TILE(lanes) value = out[i] + start;
                if (accumulate) { value += *target; }
                if (slope) {
                    TILE(lanes) scaled = value * factor;
                    TILE(lane_bits) positive = value > 0.0f;
                    value = (TILE(lanes))(((TILE(lane_bits))value & positive) |
                                          ((TILE(lane_bits))scaled & ~positive));
                }
                *target = value;
            }
        }
    }
}

// --- Weights: U = G w G^T, once per set of weights, in double.

static const double TILE(G)[6][3] = {{1.0 / 4, 0, 0},
                                     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                     {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                     {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                     {0, 0, 1}};

typedef struct {
    const float *weights; // [ocb][icb][depth * 9][16 ic][16 oc]
    ptrdiff_t in_blocks, depth;
    float *u;             // [ocb][36][icb][depth][16 ic][16 oc]
} TILE(weights_job);

// One pair of blocks and one depth tap.
static void TILE(weights_part)(void *context, size_t index) {
    const TILE(weights_job) *job = context;
    ptrdiff_t within = (ptrdiff_t)index % (job->in_blocks * job->depth);
    ptrdiff_t ocb = (ptrdiff_t)index / (job->in_blocks * job->depth);
    ptrdiff_t position = job->in_blocks * job->depth * 256;
    const float *w = job->weights + (ptrdiff_t)index * 9 * 256;
    float *u = job->u + ocb * POSITIONS * position + within * 256;
    for (int i = 0; i < 256; i++) {
        double columns[6][3];
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            _Pragma("clang loop unroll(full)") for (int c = 0; c < 3; c++) {
                columns[r][c] = TILE(G)[r][0] * w[c * 256 + i] +
                                TILE(G)[r][1] * w[(3 + c) * 256 + i] +
                                TILE(G)[r][2] * w[(6 + c) * 256 + i];
            }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
                u[(r * 6 + c) * position + i] = (float)(columns[r][0] * TILE(G)[c][0] +
                                                        columns[r][1] * TILE(G)[c][1] +
                                                        columns[r][2] * TILE(G)[c][2]);
            }
        }
    }
}

static void TILE(winograd_weights)(const float *weights, int32_t in_blocks, int32_t out_blocks,
                                   int32_t depth, float *u) {
    TILE(weights_job) job = {weights, in_blocks, depth, u};
    vsdb_parallel((size_t)out_blocks * (size_t)in_blocks * (size_t)depth, TILE(weights_part), &job);
}

// --- Forward, and the data gradient with the flipped kernel.

// The tiles of a plane, row by row.
typedef struct {
    ptrdiff_t down, across; // tiles per column and row
} TILE(tiling);

static TILE(tiling) TILE(tiling_of)(const vsdb_tensor *x) {
    return (TILE(tiling)){(x->height + 3) / 4, (x->width + 3) / 4};
}

// Copies the part of a tile that lies in the image or its border; the rest are zeros.
static void TILE(copy_tile)(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns,
                            ptrdiff_t width, float *tile, ptrdiff_t size) {
    memset(tile, 0, (size_t)(size * size * 16) * sizeof *tile);
    for (ptrdiff_t r = 0; r < rows; r++) {
        memcpy(tile + r * width * 16, x + r * row, (size_t)(columns * 16) * sizeof *tile);
    }
}

INLINE ptrdiff_t TILE(least)(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

// Tiles [first, first + count) of slice (n, d) of x, all blocks, to v [36][icb][tile][16].
static void TILE(transform_slice)(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t d, ptrdiff_t first,
                                  ptrdiff_t count, float *v, ptrdiff_t block_step,
                                  ptrdiff_t position) {
    ptrdiff_t across = TILE(tiling_of)(x).across;
    _Alignas(64) float copy[36 * 16];
    for (ptrdiff_t block = 0; block < x->blocks; block++) {
        for (ptrdiff_t t = 0; t < count; t++) {
            ptrdiff_t h = (first + t) / across * 4, w = (first + t) % across * 4;
            const float *tile = vsdb_row(x, n, block, d, h - 1) + (w - 1) * 16;
            ptrdiff_t row = x->row, rows = TILE(least)(6, x->height + 2 - h);
            ptrdiff_t columns = TILE(least)(6, x->width + 2 - w);
            if (rows < 6 || columns < 6) {
                TILE(copy_tile)(tile, row, rows, columns, 6, copy, 6);
                tile = copy;
                row = 6 * 16;
            }
            TILE(tile_input)(tile, row, v + block * block_step + t * 16, position);
        }
    }
}

typedef struct {
    const vsdb_tensor *x, *y;
    int32_t depth; // taps in depth
    const float *weights;
    const int32_t *valid;
    const float *bias, *slope;
    int32_t accumulate;
    ptrdiff_t group, groups;     // tiles in a group, groups in a plane
    ptrdiff_t segments;          // parts that the slices are cut into
} TILE(winograd_job);

// Output block ocb of slice d from the transformed slices: products, then A^T m A.
static void TILE(winograd_products)(const TILE(winograd_job) * job, TILE(row) * r, const float *v,
                                    ptrdiff_t position, float *m, ptrdiff_t ocb, ptrdiff_t count) {
    for (ptrdiff_t p = 0; p < POSITIONS; p++) {
        r->x = v + p * position;
        r->weights = job->weights +
                     (ocb * POSITIONS + p) * job->x->blocks * job->depth * 256;
        TILE(run_tiles)(r, 16, m + p * (count * 16 + 16), 16, (int32_t)count);
    }
}

static void TILE(winograd_scatter)(const TILE(winograd_job) * job, const float *m, ptrdiff_t n,
                                   ptrdiff_t ocb, ptrdiff_t d, ptrdiff_t first, ptrdiff_t count) {
    const vsdb_tensor *y = job->y;
    ptrdiff_t across = TILE(tiling_of)(y).across;
    const float *bias = job->bias ? job->bias + ocb * 16 : NULL;
    const float *slope = job->slope ? job->slope + ocb * 16 : NULL;
    _Alignas(64) float copy[16 * 16];
    for (ptrdiff_t t = 0; t < count; t++) {
        ptrdiff_t h = (first + t) / across * 4, w = (first + t) % across * 4;
        ptrdiff_t rows = TILE(least)(4, y->height - h), columns = TILE(least)(4, y->width - w);
        float *target = vsdb_row(y, n, ocb, d, h) + w * 16;
        if (rows == 4 && columns == 4) {
            TILE(tile_output)(m + t * 16, count * 16 + 16, target, y->row, bias, slope,
                              job->accumulate);
            continue;
        }
        TILE(copy_tile)(target, y->row, rows, columns, 4, copy, 4);
        TILE(tile_output)(m + t * 16, count * 16 + 16, copy, 4 * 16, bias, slope, job->accumulate);
        for (ptrdiff_t row = 0; row < rows; row++) {
            memcpy(target + row * y->row, copy + row * 4 * 16,
                   (size_t)(columns * 16) * sizeof *copy);
        }
    }
}

// One group of tiles through one segment of slices.
static void TILE(winograd_part)(void *context, size_t index) {
    const TILE(winograd_job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    ptrdiff_t part = (ptrdiff_t)index % job->segments, rest = (ptrdiff_t)index / job->segments;
    ptrdiff_t n = rest / job->groups;
    TILE(tiling) tiling = TILE(tiling_of)(y);
    ptrdiff_t tiles = tiling.down * tiling.across, number = rest % job->groups;
    ptrdiff_t first = tiles * number / job->groups;
    ptrdiff_t count = tiles * (number + 1) / job->groups - first;
    ptrdiff_t from = y->depth * part / job->segments, to = y->depth * (part + 1) / job->segments;
    // The odd 16 floats keep the 36 positions out of one another's cache sets.
    ptrdiff_t position = x->blocks * count * 16 + 16, slice = POSITIONS * position;
    float *v = vsdb_thread_scratch((size_t)(job->depth * slice + POSITIONS * (count * 16 + 16)));
    float *m = v + job->depth * slice;
    TILE(row) r = {.x_step = 16, .x_block = count * 16, .blocks = x->blocks, .valid = job->valid,
                   .slots = job->depth, .next = position};
    ptrdiff_t reach = job->depth / 2, ready = from - reach;
    if (ready < 0) { ready = 0; }
    for (ptrdiff_t d = from; d < to; d++) {
        for (; ready <= d + reach && ready < x->depth; ready++) {
            TILE(transform_slice)(x, n, ready, first, count, v + ready % job->depth * slice,
                                  count * 16, position);
        }
        r.taps = 0;
        for (int32_t a = 0; a < job->depth; a++) {
            ptrdiff_t source = d + a - reach;
            if (source < 0 || source >= x->depth) { continue; }
            r.offset[r.taps] = source % job->depth * slice;
            r.slot[r.taps++] = a;
        }
        for (ptrdiff_t ocb = 0; ocb < y->blocks; ocb++) {
            TILE(winograd_products)(job, &r, v, position, m, ocb, count);
            TILE(winograd_scatter)(job, m, n, ocb, d, first, count);
        }
    }
}

static void TILE(winograd_forward)(const vsdb_tensor *x, const vsdb_tensor *y, int32_t depth,
                                   const float *weights, const int32_t *valid, const float *bias,
                                   const float *slope, int32_t accumulate) {
    TILE(tiling) tiling = TILE(tiling_of)(y);
    ptrdiff_t tiles = tiling.down * tiling.across;
    ptrdiff_t group = GROUP_FLOATS / (POSITIONS * depth * x->blocks * 16);
    group = group / LEAST_GROUP * LEAST_GROUP;
    group = group < LEAST_GROUP ? LEAST_GROUP : group > MOST_GROUP ? MOST_GROUP : group;
    ptrdiff_t groups = (tiles + group - 1) / group, work = groups * x->batch;
    // Where planes are small, slices are shared out, too, at the price of transforming the halo twice.
    ptrdiff_t segments = work >= 16 ? 1 : TILE(least)((16 + work - 1) / work, y->depth / 4);
    TILE(winograd_job) job = {x, y, depth, weights, valid, bias, slope, accumulate,
                              group, groups, segments < 1 ? 1 : segments};
    vsdb_parallel((size_t)(work * job.segments), TILE(winograd_part), &job);
}

// --- Weight gradient: dU = V^T (A dy A^T) summed over tiles, then dw = G^T dU G.
//
// A slab of slices at a time is transformed whole; then each position and output block is summed by
// one thread, over all tiles of the slab in float and over slabs in double.

typedef struct {
    const vsdb_tensor *x, *dy;
    int32_t depth;
    const int32_t *valid;
    ptrdiff_t n, first, last;    // the slab: slices [first, last) of image n
    ptrdiff_t start, tiles;      // its part of every slice: tiles [start, start + tiles)
    ptrdiff_t low;               // the first slice in v
    float *v, *g;                // x [slice][36][icb][tile][16], dy [slice][36][ocb][tile][16]
    ptrdiff_t v_position, v_slice, g_position, g_slice;
    double *sum;                 // [36][ocb][icb][depth][16 ic][16 oc]
    float *dw;
} TILE(winograd_slab);

enum { ROW_TILES = 32 }; // tiles that one task transforms

static void TILE(slab_transform_x)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t parts = (s->tiles + ROW_TILES - 1) / ROW_TILES, d = (ptrdiff_t)index / parts;
    ptrdiff_t from = (ptrdiff_t)index % parts * ROW_TILES;
    ptrdiff_t to = TILE(least)(from + ROW_TILES, s->tiles);
    TILE(transform_slice)(s->x, s->n, s->low + d, s->start + from, to - from,
                          s->v + d * s->v_slice + from * 16, s->tiles * 16, s->v_position);
}

static void TILE(slab_transform_dy)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    const vsdb_tensor *dy = s->dy;
    ptrdiff_t parts = (s->tiles + ROW_TILES - 1) / ROW_TILES, d = (ptrdiff_t)index / parts;
    ptrdiff_t from = (ptrdiff_t)index % parts * ROW_TILES;
    ptrdiff_t to = TILE(least)(from + ROW_TILES, s->tiles), across = TILE(tiling_of)(dy).across;
    _Alignas(64) float copy[16 * 16];
    for (ptrdiff_t block = 0; block < dy->blocks; block++) {
        float *g = s->g + d * s->g_slice + block * s->tiles * 16;
        for (ptrdiff_t t = from; t < to; t++) {
            ptrdiff_t h = (s->start + t) / across * 4, w = (s->start + t) % across * 4;
            const float *tile = vsdb_row(dy, s->n, block, s->first + d, h) + w * 16;
            ptrdiff_t row = dy->row, rows = TILE(least)(4, dy->height - h);
            ptrdiff_t columns = TILE(least)(4, dy->width - w);
            if (rows < 4 || columns < 4) {
                TILE(copy_tile)(tile, row, rows, columns, 4, copy, 4);
                tile = copy;
                row = 4 * 16;
            }
            TILE(tile_gradient)(tile, row, g + t * 16, s->g_position);
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

// One position and output block: all input blocks and depth taps, over the slab.
static void TILE(slab_products)(void *context, size_t index) {
    const TILE(winograd_slab) *s = context;
    ptrdiff_t p = (ptrdiff_t)index / s->dy->blocks, ocb = (ptrdiff_t)index % s->dy->blocks;
    const float *g = s->g + p * s->g_position + ocb * s->tiles * 16;
    double *total = s->sum + (ptrdiff_t)index * s->x->blocks * s->depth * 256;
    for (ptrdiff_t icb = 0; icb < s->x->blocks; icb++) {
        const float *v = s->v + p * s->v_position + icb * s->tiles * 16;
        for (ptrdiff_t a = 0; a < s->depth; a++, total += 256) {
            _Alignas(64) float sum[256] = {0};
            for (ptrdiff_t d = s->first; d < s->last; d++) {
                ptrdiff_t source = d + a - s->depth / 2;
                if (source < 0 || source >= s->x->depth) { continue; }
                TILE(outer)(v + (source - s->low) * s->v_slice, g + (d - s->first) * s->g_slice,
                            s->tiles, sum);
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
    // A slab is a few whole slices, or a part of each where even the fewest are too large.
    ptrdiff_t of_x = POSITIONS * 16 * x->blocks, of_dy = POSITIONS * 16 * dy->blocks;
    ptrdiff_t slices = 1 + 4 * reach, halo = 2 * reach;
    ptrdiff_t parts = (tiles * (slices * (of_x + of_dy) + halo * of_x) + SLAB_FLOATS - 1) / SLAB_FLOATS;
    ptrdiff_t span = (tiles + parts - 1) / parts;
    if (parts == 1) {
        slices = (SLAB_FLOATS / tiles - halo * of_x) / (of_x + of_dy);
        slices = TILE(least)(slices, dy->depth);
    }
    s.v_position = x->blocks * span * 16 + 16;
    s.g_position = dy->blocks * span * 16 + 16;
    s.v_slice = POSITIONS * s.v_position;
    s.g_slice = POSITIONS * s.g_position;
    size_t cells = (size_t)dy->blocks * (size_t)x->blocks * (size_t)depth * 256;
    size_t floats = (size_t)((slices + halo) * s.v_slice + slices * s.g_slice);
    s.sum = (double *)vsdb_thread_scratch(floats + 2 * POSITIONS * cells);
    s.v = (float *)(s.sum + POSITIONS * cells);
    s.g = s.v + (slices + halo) * s.v_slice;
    memset(s.sum, 0, POSITIONS * cells * sizeof *s.sum);
    for (s.n = 0; s.n < dy->batch; s.n++) {
        for (s.first = 0; s.first < dy->depth; s.first = s.last) {
            s.last = TILE(least)(s.first + slices, dy->depth);
            s.low = s.first < reach ? 0 : s.first - reach;
            ptrdiff_t high = TILE(least)(s.last + reach, x->depth);
            for (s.start = 0; s.start < tiles; s.start += span) {
                s.tiles = TILE(least)(span, tiles - s.start);
                size_t rows = (size_t)((s.tiles + ROW_TILES - 1) / ROW_TILES);
                vsdb_parallel((size_t)(high - s.low) * rows, TILE(slab_transform_x), &s);
                vsdb_parallel((size_t)(s.last - s.first) * rows, TILE(slab_transform_dy), &s);
                vsdb_parallel(POSITIONS * (size_t)dy->blocks, TILE(slab_products), &s);
            }
        }
    }
    vsdb_parallel((size_t)dy->blocks * (size_t)x->blocks * (size_t)depth, TILE(slab_finish), &s);
}
