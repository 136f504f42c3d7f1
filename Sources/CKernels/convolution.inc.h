// Direct convolution over channel blocks; included once per instruction set.
//
// A tile is up to MAX_TILE voxels of one output row times 16 output channels, held in registers:
//   acc[j][16 oc] += x[tap][j][ic] * w[icb][tap][ic][16 oc]      for every icb, tap, ic.
// Each step loads one vector of weights and broadcasts one float per voxel. The same tile serves the
// ordinary convolution (taps: the kernel), its data gradient (the flipped kernel), the transposed
// convolution (one tap, output voxels `step` apart) and its data gradient (taps: the stride's cell,
// input voxels `step` apart); the drivers below differ only in the taps they list.
// A one-channel input (lanes = 1) is the case of one block with one real channel.

enum { MAX_TAPS = 27 };

typedef struct {
    const float *x;        // first input voxel of the tile's row, tap offset zero
    ptrdiff_t x_step;      // floats between neighbouring voxels of the tile
    ptrdiff_t x_block;     // floats between input channel blocks
    int32_t blocks;        // input channel blocks
    const int32_t *valid;  // real channels of each
    int32_t taps;
    ptrdiff_t offset[MAX_TAPS]; // floats from x to the tap
    int32_t slot[MAX_TAPS];     // the tap's place in the packed weights
    int32_t slots;              // taps in the packed weights
    const float *weights;       // [icb][slot][16][16] of this output block
    const float *bias, *slope;  // 16 each, or null
    int32_t accumulate;
    ptrdiff_t next;        // floats to the same taps of what is read after this row, to be fetched
                           // ahead; 0 fetches nothing
} TILE(row);

// Small tiles run whole blocks without a loop, whose overhead shows where there are few channels.
enum { UNROLLS = MAX_TILE < 24 };

#define ADD_CHANNEL(COUNT)                                                                        \
    vec16 weight = LOAD(w + c * 16);                                                              \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < COUNT; j++) {                          \
        acc[j] += weight * SPLAT(x[j * x_step + c]);                                              \
    }

#define DEFINE_TILE(COUNT)                                                                        \
    INLINE void TILE(tile_##COUNT)(const TILE(row) * r, const float *x0, ptrdiff_t x_step,        \
                                   float *y, ptrdiff_t y_step) {                                  \
        vec16 acc[COUNT];                                                                         \
        vec16 start = r->bias ? LOAD(r->bias) : SPLAT(0.0f);                                      \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < COUNT; j++) {                      \
            acc[j] = r->accumulate ? start + LOAD(y + j * y_step) : start;                        \
        }                                                                                         \
        for (int32_t b = 0; b < r->blocks; b++) {                                                 \
            const int32_t valid = r->valid[b];                                                    \
            for (int32_t t = 0; t < r->taps; t++) {                                               \
                const float *x = x0 + b * r->x_block + r->offset[t];                              \
                const float *w = r->weights + (ptrdiff_t)(b * r->slots + r->slot[t]) * 256;       \
                if (r->next) {                                                                    \
                    const float *next = b + 1 < r->blocks ? x + r->x_block                        \
                                                          : x0 + r->offset[t] + r->next;          \
                    _Pragma("clang loop unroll(full)") for (int j = 0; j < COUNT; j++) {          \
                        __builtin_prefetch(next + j * x_step);                                    \
                    }                                                                             \
                }                                                                                 \
                if (UNROLLS && valid == 16) {                                                     \
                    _Pragma("clang loop unroll(full)") for (int c = 0; c < 16; c++) {             \
                        ADD_CHANNEL(COUNT)                                                        \
                    }                                                                             \
                } else {                                                                          \
                    for (int32_t c = 0; c < valid; c++) { ADD_CHANNEL(COUNT) }                    \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        if (r->slope) {                                                                           \
            vec16 slope = LOAD(r->slope);                                                         \
            _Pragma("clang loop unroll(full)") for (int j = 0; j < COUNT; j++) {                  \
                acc[j] = SELECT(acc[j] > 0.0f, acc[j], acc[j] * slope);                           \
            }                                                                                     \
        }                                                                                         \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < COUNT; j++) {                      \
            STORE(y + j * y_step, acc[j]);                                                        \
        }                                                                                         \
    }

#if MAX_TILE >= 24
DEFINE_TILE(24)
DEFINE_TILE(20)
DEFINE_TILE(18)
DEFINE_TILE(16)
DEFINE_TILE(14)
DEFINE_TILE(12)
DEFINE_TILE(10)
DEFINE_TILE(8)
#endif
DEFINE_TILE(6)
DEFINE_TILE(4)
DEFINE_TILE(2)
DEFINE_TILE(1)

// One output row of `width` voxels in tiles of about the same size, as few as there can be.
INLINE void TILE(run_tiles)(const TILE(row) * r, ptrdiff_t x_step, float *y, ptrdiff_t y_step,
                            int32_t width) {
    const float *x = r->x;
    for (int32_t left = width; left > 0;) {
        int32_t tiles = (left + MAX_TILE - 1) / MAX_TILE, size = (left + tiles - 1) / tiles;
#define TAKE(COUNT)                                                                               \
    if (size >= COUNT) {                                                                          \
        TILE(tile_##COUNT)(r, x, x_step, y, y_step);                                              \
        x += COUNT * x_step;                                                                      \
        y += COUNT * y_step;                                                                      \
        left -= COUNT;                                                                            \
        continue;                                                                                 \
    }
#if MAX_TILE >= 24
        TAKE(24)
        TAKE(20)
        TAKE(18)
        TAKE(16)
        TAKE(14)
        TAKE(12)
        TAKE(10)
        TAKE(8)
#endif
        TAKE(6)
        TAKE(4)
        TAKE(2)
        TAKE(1)
#undef TAKE
    }
}

// The steps that occur become constants here, so that addresses are offsets and not arithmetic.
static void TILE(run_row)(const TILE(row) * r, float *y, ptrdiff_t y_step, int32_t width) {
    if (r->x_step == 16) {
        TILE(run_tiles)(r, 16, y, y_step, width);
    } else if (r->x_step == 32) {
        TILE(run_tiles)(r, 32, y, y_step, width);
    } else {
        TILE(run_tiles)(r, 1, y, y_step, width);
    }
}

typedef struct {
    const vsdb_tensor *x, *y;
    vsdb_extent kernel;
    const float *weights;
    const int32_t *valid;
    const float *bias, *slope;
    int32_t accumulate;
} TILE(job);

static ptrdiff_t TILE(slots)(vsdb_extent kernel) {
    return (ptrdiff_t)kernel.depth * kernel.height * kernel.width;
}

// Fills in the taps of output row (d, h): those whose slice exists; rows and columns outside the
// image read the zero border.
static void TILE(conv_taps)(TILE(row) * r, const vsdb_tensor *x, vsdb_extent k, ptrdiff_t d) {
    r->taps = 0;
    for (int32_t a = 0; a < k.depth; a++) {
        ptrdiff_t shift = a - k.depth / 2;
        if (d + shift < 0 || d + shift >= x->depth) { continue; }
        for (int32_t b = 0; b < k.height; b++) {
            for (int32_t c = 0; c < k.width; c++) {
                r->offset[r->taps] = shift * x->plane + (b - k.height / 2) * x->row +
                                     (c - k.width / 2) * x->lanes;
                r->slot[r->taps++] = (a * k.height + b) * k.width + c;
            }
        }
    }
}

static void TILE(conv_row)(void *context, size_t index) {
    const TILE(job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    vsdb_row_index at = vsdb_split_row(y, index);
    TILE(row) r = {.x = vsdb_row(x, at.n, 0, at.d, at.h), .x_step = x->lanes,
                   .x_block = x->block, .blocks = x->blocks, .valid = job->valid,
                   .accumulate = job->accumulate};
    TILE(conv_taps)(&r, x, job->kernel, at.d);
    r.slots = (int32_t)TILE(slots)(job->kernel);
    for (int32_t ocb = 0; ocb < y->blocks; ocb++) {
        r.weights = job->weights + (ptrdiff_t)ocb * x->blocks * r.slots * 256;
        r.bias = job->bias ? job->bias + ocb * 16 : NULL;
        r.slope = job->slope ? job->slope + ocb * 16 : NULL;
        TILE(run_row)(&r, vsdb_row(y, at.n, ocb, at.d, at.h), 16, y->width);
    }
}

static void TILE(conv_forward)(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                               const float *weights, const int32_t *valid, const float *bias,
                               const float *slope, int32_t accumulate) {
    TILE(job) job = {x, y, kernel, weights, valid, bias, slope, accumulate};
    vsdb_parallel(vsdb_row_count(y), TILE(conv_row), &job);
}

// --- Transposed convolution: every output voxel has exactly one input voxel and one tap.

static void TILE(upsample_row)(void *context, size_t index) {
    const TILE(job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    vsdb_extent s = job->kernel;
    vsdb_row_index at = vsdb_split_row(y, index);
    ptrdiff_t a = at.d % s.depth, b = at.h % s.height;
    TILE(row) r = {.x = vsdb_row(x, at.n, 0, at.d / s.depth, at.h / s.height), .x_step = 16,
                   .x_block = x->block, .blocks = x->blocks, .valid = job->valid, .taps = 1,
                   .slots = 1};
    for (int32_t c = 0; c < s.width; c++) {
        ptrdiff_t tap = (a * s.height + b) * s.width + c;
        for (int32_t ocb = 0; ocb < y->blocks; ocb++) {
            r.weights = job->weights + (tap * y->blocks + ocb) * x->blocks * 256;
            r.bias = job->bias ? job->bias + ocb * 16 : NULL;
            r.slope = job->slope ? job->slope + ocb * 16 : NULL;
            TILE(run_row)(&r, vsdb_row(y, at.n, ocb, at.d, at.h) + c * 16, 16 * s.width,
                          x->width);
        }
    }
}

static void TILE(upsample_forward)(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent stride,
                                   const float *weights, const int32_t *valid, const float *bias,
                                   const float *slope) {
    TILE(job) job = {x, y, stride, weights, valid, bias, slope, 0};
    vsdb_parallel(vsdb_row_count(y), TILE(upsample_row), &job);
}

static void TILE(upsample_gradient_row)(void *context, size_t index) {
    const TILE(job) *job = context;
    const vsdb_tensor *dy = job->x, *dx = job->y;
    vsdb_extent s = job->kernel;
    vsdb_row_index at = vsdb_split_row(dx, index);
    TILE(row) r = {.x = vsdb_row(dy, at.n, 0, at.d * s.depth, at.h * s.height),
                   .x_step = 16 * s.width, .x_block = dy->block, .blocks = dy->blocks,
                   .valid = job->valid};
    for (int32_t a = 0; a < s.depth; a++) {
        for (int32_t b = 0; b < s.height; b++) {
            for (int32_t c = 0; c < s.width; c++) {
                r.offset[r.taps] = a * dy->plane + b * dy->row + c * 16;
                r.slot[r.taps] = r.taps;
                r.taps++;
            }
        }
    }
    r.slots = r.taps;
    for (int32_t block = 0; block < dx->blocks; block++) {
        r.weights = job->weights + (ptrdiff_t)block * dy->blocks * r.slots * 256;
        TILE(run_row)(&r, vsdb_row(dx, at.n, block, at.d, at.h), 16, dx->width);
    }
}

static void TILE(upsample_input_gradient)(const vsdb_tensor *dy, const vsdb_tensor *dx,
                                          vsdb_extent stride, const float *weights,
                                          const int32_t *valid) {
    TILE(job) job = {dy, dx, stride, weights, valid, NULL, NULL, 0};
    vsdb_parallel(vsdb_row_count(dx), TILE(upsample_gradient_row), &job);
}

// --- Strided convolution and its transpose. A fine voxel meets a coarse one in one tap at most:
// fine[stride * p + tap - kernel / 2] with coarse[p], the fine sides being stride times the coarse.

typedef struct {
    const vsdb_tensor *x, *y;
    vsdb_extent kernel, stride;
    const float *weights;
    const int32_t *valid;
    const float *bias, *slope;
    int32_t accumulate;
} TILE(strided_job);

static void TILE(strided_run)(const TILE(strided_job) * job, TILE(row) * r, vsdb_row_index at,
                              ptrdiff_t column, ptrdiff_t y_step, int32_t width) {
    for (int32_t ocb = 0; ocb < job->y->blocks; ocb++) {
        r->weights = job->weights + (ptrdiff_t)ocb * r->blocks * r->slots * 256;
        r->bias = job->bias ? job->bias + ocb * 16 : NULL;
        r->slope = job->slope ? job->slope + ocb * 16 : NULL;
        TILE(run_row)(r, vsdb_row(job->y, at.n, ocb, at.d, at.h) + column * 16, y_step, width);
    }
}

// Fine to coarse: every tap of the kernel, fine voxels `stride` apart.
static void TILE(gather_row)(void *context, size_t index) {
    const TILE(strided_job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    vsdb_extent k = job->kernel, s = job->stride;
    vsdb_row_index at = vsdb_split_row(y, index);
    TILE(row) r = {.x = vsdb_row(x, at.n, 0, 0, at.h * s.height), .x_step = 16 * s.width,
                   .x_block = x->block, .blocks = x->blocks, .valid = job->valid,
                   .slots = (int32_t)TILE(slots)(k), .accumulate = job->accumulate};
    for (int32_t slot = 0; slot < r.slots; slot++) {
        ptrdiff_t a = slot / (k.height * k.width), b = slot / k.width % k.height;
        ptrdiff_t d = at.d * s.depth + a - k.depth / 2;
        if (d < 0 || d >= x->depth) { continue; }
        r.offset[r.taps] = d * x->plane + (b - k.height / 2) * x->row +
                           (slot % k.width - k.width / 2) * 16;
        r.slot[r.taps++] = slot;
    }
    TILE(strided_run)(job, &r, at, 0, 16, y->width);
}

static void TILE(strided_gather)(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                                 vsdb_extent stride, const float *weights, const int32_t *valid,
                                 const float *bias, const float *slope, int32_t accumulate) {
    TILE(strided_job) job = {x, y, kernel, stride, weights, valid, bias, slope, accumulate};
    vsdb_parallel(vsdb_row_count(y), TILE(gather_row), &job);
}

// Coarse to fine: the columns of a fine row that share a remainder share their taps.
static void TILE(scatter_row)(void *context, size_t index) {
    const TILE(strided_job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    vsdb_extent k = job->kernel, s = job->stride;
    vsdb_row_index at = vsdb_split_row(y, index);
    for (int32_t column = 0; column < s.width; column++) {
        TILE(row) r = {.x = vsdb_row(x, at.n, 0, 0, 0), .x_step = 16, .x_block = x->block,
                       .blocks = x->blocks, .valid = job->valid,
                       .slots = (int32_t)TILE(slots)(k), .accumulate = job->accumulate};
        for (int32_t slot = 0; slot < r.slots; slot++) {
            ptrdiff_t d = at.d + k.depth / 2 - slot / (k.height * k.width);
            ptrdiff_t h = at.h + k.height / 2 - slot / k.width % k.height;
            ptrdiff_t w = column + k.width / 2 - slot % k.width;
            // Rows and columns past the last read the zero border; slices have none.
            if (d < 0 || h < 0 || w < 0 || d % s.depth || h % s.height || w % s.width ||
                d / s.depth >= x->depth) {
                continue;
            }
            r.offset[r.taps] = d / s.depth * x->plane + h / s.height * x->row + w / s.width * 16;
            r.slot[r.taps++] = slot;
        }
        TILE(strided_run)(job, &r, at, column, 16 * s.width, x->width);
    }
}

static void TILE(strided_scatter)(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                                  vsdb_extent stride, const float *weights, const int32_t *valid,
                                  const float *bias, const float *slope, int32_t accumulate) {
    TILE(strided_job) job = {x, y, kernel, stride, weights, valid, bias, slope, accumulate};
    vsdb_parallel(vsdb_row_count(y), TILE(scatter_row), &job);
}

// --- Convolution to one channel: products stay in lanes, one horizontal sum per voxel.

typedef struct {
    const vsdb_tensor *x, *y;
    vsdb_extent kernel;
    const float *weights;
    float bias;
} TILE(score_job);

enum { SCORES = 4 }; // voxels that share a load of the weights

// `count` neighbouring voxels, a constant where this is inlined.
INLINE vec4 TILE(scores)(const TILE(score_job) * job, const TILE(row) * r, ptrdiff_t slots,
                         const float *x, int count) {
    vec16 acc[SCORES];
    UNROLL(SCORES) { acc[i] = SPLAT(0.0f); }
    for (int32_t block = 0; block < job->x->blocks; block++) {
        const float *voxel = x + block * job->x->block;
        const float *weights = job->weights + block * slots * 16;
        for (int32_t t = 0; t < r->taps; t++) {
            vec16 weight = LOAD(weights + r->slot[t] * 16);
            UNROLL(SCORES) {
                if (i < count) { acc[i] += LOAD(voxel + r->offset[t] + i * 16) * weight; }
            }
        }
    }
    return vsdb_sums(acc) + job->bias;
}

static void TILE(score_row)(void *context, size_t index) {
    const TILE(score_job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    vsdb_row_index at = vsdb_split_row(y, index);
    TILE(row) r;
    TILE(conv_taps)(&r, x, job->kernel, at.d);
    ptrdiff_t slots = TILE(slots)(job->kernel);
    const float *row = vsdb_row(x, at.n, 0, at.d, at.h);
    float *out = vsdb_row(y, at.n, 0, at.d, at.h);
    int32_t w = 0;
    for (; w + SCORES <= y->width; w += SCORES) {
        vec4 four = TILE(scores)(job, &r, slots, row + w * 16, SCORES);
        memcpy(out + w, &four, sizeof four);
    }
    for (; w < y->width; w++) { out[w] = TILE(scores)(job, &r, slots, row + w * 16, 1)[0]; }
}

static void TILE(conv_to_one_forward)(const vsdb_tensor *x, const vsdb_tensor *y,
                                      vsdb_extent kernel, const float *weights, float bias) {
    TILE(score_job) job = {x, y, kernel, weights, bias};
    vsdb_parallel(vsdb_row_count(y), TILE(score_row), &job);
}
