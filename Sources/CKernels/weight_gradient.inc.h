// Weight gradients over channel blocks; included once per instruction set.
//
// For one pair of blocks and one tap, dw[16 ic][16 oc] = sum over voxels of x[p + tap][ic] * dy[p][oc].
// A strip holds IC_STRIP input channels times STRIP_TAPS neighbouring taps in registers and walks a
// row: one load of dy and IC_STRIP * STRIP_TAPS broadcasts of x per voxel. Rows are summed in float
// within a slice and slices in double, because a float sum over a million voxels loses its digits.
// The slices are cut into a fixed number of chunks, so that the sum's order, and with it every bit,
// is the same for any number of threads.

enum { GRADIENT_CHUNKS = 8, STRIP_TAPS = 3 };

typedef struct {
    const vsdb_tensor *x, *dy;
    vsdb_extent kernel;
    const int32_t *valid;
    double *partial; // [chunk][pair][tap][16][16]
    int32_t transposed;
} TILE(gradient_job);

typedef struct {
    TILE(gradient_job) job; // x is the fine tensor, dy the coarse one
    vsdb_extent stride;
} TILE(strided_gradient);

#define DEFINE_STRIP(NAME, TAPS)                                                                  \
    INLINE void TILE(NAME)(const float *x, ptrdiff_t x_step, ptrdiff_t tap_step, const float *dy, \
                           ptrdiff_t dy_step, int32_t width, float *sum) {                        \
        vec16 acc[TAPS][IC_STRIP];                                                                \
        _Pragma("clang loop unroll(full)") for (int t = 0; t < TAPS; t++) {                       \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < IC_STRIP; c++) {               \
                acc[t][c] = LOAD(sum + t * 256 + c * 16);                                         \
            }                                                                                     \
        }                                                                                         \
        for (int32_t w = 0; w < width; w++) {                                                     \
            vec16 gradient = LOAD(dy + w * dy_step);                                              \
            const float *voxel = x + w * x_step;                                                  \
            _Pragma("clang loop unroll(full)") for (int t = 0; t < TAPS; t++) {                   \
                _Pragma("clang loop unroll(full)") for (int c = 0; c < IC_STRIP; c++) {           \
                    acc[t][c] += gradient * SPLAT(voxel[t * tap_step + c]);                       \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        _Pragma("clang loop unroll(full)") for (int t = 0; t < TAPS; t++) {                       \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < IC_STRIP; c++) {               \
                STORE(sum + t * 256 + c * 16, acc[t][c]);                                         \
            }                                                                                     \
        }                                                                                         \
    }

DEFINE_STRIP(strip_three, STRIP_TAPS)
DEFINE_STRIP(strip_one, 1)

// Adds one slice's float sums to the double sums and clears them.
static void TILE(flush)(float *sum, double *total, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        total[i] += sum[i];
        sum[i] = 0.0f;
    }
}

// Slices [first, last) of the batch that belong to a chunk.
static void TILE(chunk_range)(size_t planes, size_t chunk, size_t *first, size_t *last) {
    *first = planes * chunk / GRADIENT_CHUNKS;
    *last = planes * (chunk + 1) / GRADIENT_CHUNKS;
}

// One (chunk, icb, ocb, kernel slice): all taps of that kernel slice.
static void TILE(conv_gradient_part)(void *context, size_t index) {
    const TILE(gradient_job) *job = context;
    const vsdb_tensor *x = job->x, *dy = job->dy;
    vsdb_extent k = job->kernel;
    ptrdiff_t in_plane = (ptrdiff_t)k.height * k.width, slots = in_plane * k.depth;
    ptrdiff_t pairs = (ptrdiff_t)x->blocks * dy->blocks;
    ptrdiff_t a = (ptrdiff_t)index % k.depth, rest = (ptrdiff_t)index / k.depth;
    ptrdiff_t pair = rest % pairs, chunk = rest / pairs;
    ptrdiff_t icb = pair % x->blocks, ocb = pair / x->blocks;
    ptrdiff_t shift = a - k.depth / 2;
    _Alignas(64) float sum[9 * 256] = {0};
    double *total = job->partial + ((chunk * pairs + pair) * slots + a * in_plane) * 256;
    size_t first, last;
    TILE(chunk_range)(vsdb_plane_count(dy), (size_t)chunk, &first, &last);
    for (size_t plane = first; plane < last; plane++) {
        ptrdiff_t n = (ptrdiff_t)plane / dy->depth, d = (ptrdiff_t)plane % dy->depth;
        if (d + shift < 0 || d + shift >= x->depth) { continue; }
        for (ptrdiff_t h = 0; h < dy->height; h++) {
            const float *gradient = vsdb_row(dy, n, ocb, d, h);
            for (ptrdiff_t b = 0; b < k.height; b++) {
                const float *row = vsdb_row(x, n, icb, d + shift, h + b - k.height / 2) -
                                   (k.width / 2) * x->lanes;
                for (int32_t c = 0; c < job->valid[icb]; c += IC_STRIP) {
                    float *strip = sum + b * k.width * 256 + c * 16;
                    if (k.width == STRIP_TAPS) {
                        TILE(strip_three)(row + c, 16, 16, gradient, 16, dy->width, strip);
                    } else {
                        TILE(strip_one)(row + c, 16, 0, gradient, 16, dy->width, strip);
                    }
                }
            }
        }
        TILE(flush)(sum, total, in_plane * 256);
    }
}

// One (chunk, icb, ocb, tap) of a transposed convolution: x[p] against dy[stride * p + tap].
static void TILE(upsample_gradient_part)(void *context, size_t index) {
    const TILE(gradient_job) *job = context;
    const vsdb_tensor *x = job->x, *dy = job->dy;
    vsdb_extent s = job->kernel;
    ptrdiff_t slots = TILE(slots)(s), pairs = (ptrdiff_t)x->blocks * dy->blocks;
    ptrdiff_t tap = (ptrdiff_t)index % slots, rest = (ptrdiff_t)index / slots;
    ptrdiff_t pair = rest % pairs, chunk = rest / pairs;
    ptrdiff_t icb = pair % x->blocks, ocb = pair / x->blocks;
    ptrdiff_t a = tap / (s.height * s.width), b = tap / s.width % s.height, c = tap % s.width;
    _Alignas(64) float sum[256] = {0};
    double *total = job->partial + ((chunk * pairs + pair) * slots + tap) * 256;
    size_t first, last;
    TILE(chunk_range)(vsdb_plane_count(x), (size_t)chunk, &first, &last);
    for (size_t plane = first; plane < last; plane++) {
        ptrdiff_t n = (ptrdiff_t)plane / x->depth, d = (ptrdiff_t)plane % x->depth;
        for (ptrdiff_t h = 0; h < x->height; h++) {
            const float *row = vsdb_row(x, n, icb, d, h);
            const float *gradient = vsdb_row(dy, n, ocb, d * s.depth + a, h * s.height + b) + c * 16;
            for (int32_t i = 0; i < job->valid[icb]; i += IC_STRIP) {
                TILE(strip_one)(row + i, 16, 0, gradient, 16 * s.width, x->width, sum + i * 16);
            }
        }
        TILE(flush)(sum, total, 256);
    }
}

// One (chunk, fine block, coarse block, tap) of a strided convolution:
// fine[stride * p + tap - kernel / 2] against coarse[p].
static void TILE(strided_gradient_part)(void *context, size_t index) {
    const TILE(strided_gradient) *strided = context;
    const TILE(gradient_job) *job = &strided->job;
    const vsdb_tensor *fine = job->x, *coarse = job->dy;
    vsdb_extent k = job->kernel, s = strided->stride;
    ptrdiff_t slots = TILE(slots)(k), pairs = (ptrdiff_t)fine->blocks * coarse->blocks;
    ptrdiff_t tap = (ptrdiff_t)index % slots, rest = (ptrdiff_t)index / slots;
    ptrdiff_t pair = rest % pairs, chunk = rest / pairs;
    ptrdiff_t fb = pair % fine->blocks, cb = pair / fine->blocks;
    ptrdiff_t a = tap / (k.height * k.width) - k.depth / 2;
    ptrdiff_t b = tap / k.width % k.height - k.height / 2, c = tap % k.width - k.width / 2;
    _Alignas(64) float sum[256] = {0};
    double *total = job->partial + ((chunk * pairs + pair) * slots + tap) * 256;
    size_t first, last;
    TILE(chunk_range)(vsdb_plane_count(coarse), (size_t)chunk, &first, &last);
    for (size_t plane = first; plane < last; plane++) {
        ptrdiff_t n = (ptrdiff_t)plane / coarse->depth, d = (ptrdiff_t)plane % coarse->depth;
        ptrdiff_t slice = d * s.depth + a;
        if (slice < 0 || slice >= fine->depth) { continue; }
        for (ptrdiff_t h = 0; h < coarse->height; h++) {
            const float *row = vsdb_row(fine, n, fb, slice, h * s.height + b) + c * 16;
            const float *other = vsdb_row(coarse, n, cb, d, h);
            for (int32_t i = 0; i < job->valid[fb]; i += IC_STRIP) {
                TILE(strip_one)(row + i, 16 * s.width, 0, other, 16, coarse->width, sum + i * 16);
            }
        }
        TILE(flush)(sum, total, 256);
    }
}

// Adds the chunks in order. dw is [pair][tap][16][16], or [tap][pair][16][16] when transposed.
static void TILE(sum_chunks)(const TILE(gradient_job) * job, float *dw) {
    ptrdiff_t slots = TILE(slots)(job->kernel);
    ptrdiff_t pairs = (ptrdiff_t)job->x->blocks * job->dy->blocks, size = pairs * slots * 256;
    for (ptrdiff_t i = 0; i < size; i++) {
        double total = 0;
        for (ptrdiff_t chunk = 0; chunk < GRADIENT_CHUNKS; chunk++) {
            total += job->partial[chunk * size + i];
        }
        ptrdiff_t pair = i / 256 / slots, tap = i / 256 % slots;
        ptrdiff_t place = job->transposed ? tap * pairs + pair : pair * slots + tap;
        dw[place * 256 + i % 256] = (float)total;
    }
}

static void TILE(conv_weight_gradient)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                       vsdb_extent kernel, const int32_t *valid, float *dw,
                                       double *partial) {
    TILE(gradient_job) job = {x, dy, kernel, valid, partial, 0};
    size_t parts = (size_t)GRADIENT_CHUNKS * (size_t)x->blocks * (size_t)dy->blocks;
    vsdb_parallel(parts * (size_t)kernel.depth, TILE(conv_gradient_part), &job);
    TILE(sum_chunks)(&job, dw);
}

static void TILE(upsample_weight_gradient)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                           vsdb_extent stride, const int32_t *valid, float *dw,
                                           double *partial) {
    TILE(gradient_job) job = {x, dy, stride, valid, partial, 1};
    size_t parts = (size_t)GRADIENT_CHUNKS * (size_t)x->blocks * (size_t)dy->blocks;
    vsdb_parallel(parts * (size_t)TILE(slots)(stride), TILE(upsample_gradient_part), &job);
    TILE(sum_chunks)(&job, dw);
}

static void TILE(strided_weight_gradient)(const vsdb_tensor *fine, const vsdb_tensor *coarse,
                                          vsdb_extent kernel, vsdb_extent stride,
                                          const int32_t *valid, float *dw, double *partial) {
    TILE(strided_gradient) job = {{fine, coarse, kernel, valid, partial, 0}, stride};
    size_t parts = (size_t)GRADIENT_CHUNKS * (size_t)fine->blocks * (size_t)coarse->blocks;
    vsdb_parallel(parts * (size_t)TILE(slots)(kernel), TILE(strided_gradient_part), &job);
    TILE(sum_chunks)(&job.job, dw);
}

// --- One channel against sixteen: the first layer's weights, and those of a score.

typedef struct {
    const vsdb_tensor *scalar, *vector;
    vsdb_extent kernel;
    int32_t flip;
    double *partial; // [chunk][block][tap][16]
} TILE(scalar_job);

static void TILE(scalar_gradient_part)(void *context, size_t index) {
    const TILE(scalar_job) *job = context;
    const vsdb_tensor *s = job->scalar, *v = job->vector;
    ptrdiff_t block = (ptrdiff_t)index % v->blocks, chunk = (ptrdiff_t)index / v->blocks;
    ptrdiff_t slots = TILE(slots)(job->kernel);
    _Alignas(64) float sum[MAX_TAPS * 16] = {0};
    size_t first, last;
    TILE(chunk_range)(vsdb_plane_count(v), (size_t)chunk, &first, &last);
    for (size_t plane = first; plane < last; plane++) {
        ptrdiff_t n = (ptrdiff_t)plane / v->depth, d = (ptrdiff_t)plane % v->depth;
        for (ptrdiff_t h = 0; h < v->height; h++) {
            const float *voxels = vsdb_row(v, n, block, d, h);
            const float *row = vsdb_row(s, n, 0, d, h);
            for (ptrdiff_t slot = 0; slot < slots; slot++) {
                ptrdiff_t in_plane = (ptrdiff_t)job->kernel.height * job->kernel.width;
                ptrdiff_t a = slot / in_plane - job->kernel.depth / 2;
                ptrdiff_t b = slot / job->kernel.width % job->kernel.height - job->kernel.height / 2;
                ptrdiff_t c = slot % job->kernel.width - job->kernel.width / 2;
                if (job->flip) { a = -a, b = -b, c = -c; }
                if (d + a < 0 || d + a >= s->depth) { continue; }
                const float *scalars = row + a * s->plane + b * s->row + c;
                vec16 acc = LOAD(sum + slot * 16);
                for (int32_t w = 0; w < v->width; w++) {
                    acc += LOAD(voxels + w * 16) * SPLAT(scalars[w]);
                }
                STORE(sum + slot * 16, acc);
            }
        }
        TILE(flush)(sum, job->partial + (chunk * v->blocks + block) * slots * 16, slots * 16);
    }
}

static void TILE(scalar_weight_gradient)(const vsdb_tensor *scalar, const vsdb_tensor *vector,
                                         vsdb_extent kernel, int32_t flip, float *dw,
                                         double *partial) {
    TILE(scalar_job) job = {scalar, vector, kernel, flip, partial};
    vsdb_parallel((size_t)GRADIENT_CHUNKS * (size_t)vector->blocks, TILE(scalar_gradient_part),
                  &job);
    ptrdiff_t size = (ptrdiff_t)vector->blocks * TILE(slots)(kernel) * 16;
    for (ptrdiff_t i = 0; i < size; i++) {
        double total = 0;
        for (ptrdiff_t chunk = 0; chunk < GRADIENT_CHUNKS; chunk++) {
            total += partial[chunk * size + i];
        }
        dw[i] = (float)total;
    }
}
