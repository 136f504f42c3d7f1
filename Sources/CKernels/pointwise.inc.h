// Normalisation, activation, pooling, attention: one pass over memory each, by rows.
// Included once per instruction set.

// Runs `BODY` for every row of every block of `T`: n, block, d, h name it.
typedef struct {
    const vsdb_tensor *x, *y, *a, *dy, *dx, *da;
    const float *p0, *p1, *p2;
    vsdb_norm norm;
    float residual;
    vsdb_extent stride;
    double *partial;
    int streams; // y or dx is written past the caches
} TILE(pass);

// Stores 16 floats, past the caches where that pays.
#define WRITE(STREAMED, POINTER, VALUE)                                                           \
    do {                                                                                          \
        if (STREAMED) {                                                                           \
            __builtin_nontemporal_store((VALUE), (vec16 *)(POINTER));                             \
        } else {                                                                                  \
            STORE((POINTER), (VALUE));                                                            \
        }                                                                                         \
    } while (0)

// --- Sums per channel: slices in float by rows, then double; slices are added in order.

enum { MOMENT_SUMS = 3 };

static void TILE(moments_plane)(void *context, size_t index) {
    const TILE(pass) *p = context;
    const vsdb_tensor *x = p->x;
    ptrdiff_t block = (ptrdiff_t)index % x->blocks, plane = (ptrdiff_t)index / x->blocks;
    ptrdiff_t n = plane / x->depth, d = plane % x->depth;
    double *out = p->partial + (ptrdiff_t)index * 32;
    double total[32] = {0};
    for (ptrdiff_t h = 0; h < x->height; h++) {
        const float *row = vsdb_row(x, n, block, d, h);
        vec16 sum = SPLAT(0.0f), squares = SPLAT(0.0f);
        for (int32_t w = 0; w < x->width; w++) {
            vec16 value = LOAD(row + w * 16);
            sum += value;
            squares += value * value;
        }
        for (int lane = 0; lane < 16; lane++) {
            total[lane] += (double)sum[lane];
            total[16 + lane] += (double)squares[lane];
        }
    }
    for (int i = 0; i < 32; i++) { out[i] = total[i]; }
}

static void TILE(channel_moments)(const vsdb_tensor *x, double *sum, double *squares,
                                  double *partial) {
    TILE(pass) p = {.x = x, .partial = partial};
    size_t planes = vsdb_plane_count(x);
    vsdb_parallel(planes * (size_t)x->blocks, TILE(moments_plane), &p);
    for (int32_t channel = 0; channel < x->blocks * 16; channel++) {
        double s = 0, q = 0;
        for (size_t plane = 0; plane < planes; plane++) {
            const double *from = partial + (plane * (size_t)x->blocks + (size_t)channel / 16) * 32;
            s += from[channel % 16];
            q += from[16 + channel % 16];
        }
        sum[channel] = s;
        if (squares) { squares[channel] = q; }
    }
}

// --- x = 1 / (1 + exp(-x)) of one channel

static void TILE(sigmoid_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    float *x = vsdb_row(p->x, at.n, 0, at.d, at.h);
    for (int32_t w = 0; w < p->x->width; w += 16) {
        size_t count = p->x->width - w < 16 ? (size_t)(p->x->width - w) : 16;
        _Alignas(64) float values[16] = {0};
        memcpy(values, x + w, count * sizeof *x);
        STORE(values, 1.0f / (1.0f + vsdb_exp(-LOAD(values))));
        memcpy(x + w, values, count * sizeof *x);
    }
}

static void TILE(sigmoid)(const vsdb_tensor *x) {
    TILE(pass) p = {.x = x};
    vsdb_parallel(vsdb_row_count(x), TILE(sigmoid_row), &p);
}

// --- x = max(x, 0)

static void TILE(relu_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    for (int32_t block = 0; block < p->x->blocks; block++) {
        float *x = vsdb_row(p->x, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->x->width; w++) {
            vec16 value = LOAD(x + w * 16);
            STORE(x + w * 16, SELECT(value > 0.0f, value, SPLAT(0.0f)));
        }
    }
}

static void TILE(relu_forward)(const vsdb_tensor *x) {
    TILE(pass) p = {.x = x};
    vsdb_parallel(vsdb_row_count(x), TILE(relu_row), &p);
}

// --- Normalisation and PReLU: z = gamma * xhat + beta with xhat = (x - mean) * inverse deviation,
// y = z > 0 ? z : slope * z, dz = dy * (z > 0 ? 1 : slope). Forward and backward compute z alike, so
// that they agree on its sign.

static void TILE(norm_forward_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    for (int32_t block = 0; block < p->x->blocks; block++) {
        ptrdiff_t c = block * 16;
        vec16 mean = LOAD(p->norm.mean + c), inverse = LOAD(p->norm.inverse_deviation + c);
        vec16 gamma = LOAD(p->norm.gamma + c), beta = LOAD(p->norm.beta + c);
        vec16 slope = LOAD(p->norm.slope + c);
        const float *x = vsdb_row(p->x, at.n, block, at.d, at.h);
        float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->x->width; w++) {
            vec16 z = gamma * ((LOAD(x + w * 16) - mean) * inverse) + beta;
            WRITE(p->streams, y + w * 16, SELECT(z > 0.0f, z, z * slope));
        }
    }
    if (p->streams) { vsdb_drain_stores(); }
}

static void TILE(norm_prelu_forward)(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_norm norm) {
    TILE(pass) p = {.x = x, .y = y, .norm = norm, .streams = x->data != y->data && TILE(streams)(y)};
    vsdb_parallel(vsdb_row_count(x), TILE(norm_forward_row), &p);
}

static void TILE(norm_sums_plane)(void *context, size_t index) {
    const TILE(pass) *p = context;
    const vsdb_tensor *x = p->x;
    ptrdiff_t block = (ptrdiff_t)index % x->blocks, plane = (ptrdiff_t)index / x->blocks;
    ptrdiff_t n = plane / x->depth, d = plane % x->depth, c = block * 16;
    vec16 mean = LOAD(p->norm.mean + c), inverse = LOAD(p->norm.inverse_deviation + c);
    vec16 gamma = LOAD(p->norm.gamma + c), beta = LOAD(p->norm.beta + c);
    vec16 slope = LOAD(p->norm.slope + c), zero = SPLAT(0.0f);
    double total[48] = {0};
    for (ptrdiff_t h = 0; h < x->height; h++) {
        const float *row = vsdb_row(x, n, block, d, h), *gradient = vsdb_row(p->dy, n, block, d, h);
        vec16 sum = zero, product = zero, slopes = zero;
        for (int32_t w = 0; w < x->width; w++) {
            vec16 xhat = (LOAD(row + w * 16) - mean) * inverse;
            vec16 z = gamma * xhat + beta, dy = LOAD(gradient + w * 16);
            vec16 dz = SELECT(z > 0.0f, dy, dy * slope);
            sum += dz;
            product += dz * xhat;
            slopes += SELECT(z > 0.0f, zero, dy * z);
        }
        for (int lane = 0; lane < 16; lane++) {
            total[lane] += (double)sum[lane];
            total[16 + lane] += (double)product[lane];
            total[32 + lane] += (double)slopes[lane];
        }
    }
    double *out = p->partial + (ptrdiff_t)index * 48;
    for (int i = 0; i < 48; i++) { out[i] = total[i]; }
}

static void TILE(norm_prelu_sums)(const vsdb_tensor *x, const vsdb_tensor *dy, vsdb_norm norm,
                                  double *sum_dz, double *sum_dz_xhat, double *sum_slope,
                                  double *partial) {
    TILE(pass) p = {.x = x, .dy = dy, .norm = norm, .partial = partial};
    size_t planes = vsdb_plane_count(x);
    vsdb_parallel(planes * (size_t)x->blocks, TILE(norm_sums_plane), &p);
    double *sums[MOMENT_SUMS] = {sum_dz, sum_dz_xhat, sum_slope};
    for (int kind = 0; kind < MOMENT_SUMS; kind++) {
        for (int32_t channel = 0; channel < x->blocks * 16; channel++) {
            double total = 0;
            for (size_t plane = 0; plane < planes; plane++) {
                size_t place = plane * (size_t)x->blocks + (size_t)channel / 16;
                total += partial[place * 48 + (size_t)kind * 16 + (size_t)channel % 16];
            }
            sums[kind][channel] = total;
        }
    }
}

static void TILE(norm_backward_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    for (int32_t block = 0; block < p->x->blocks; block++) {
        ptrdiff_t c = block * 16;
        vec16 mean = LOAD(p->norm.mean + c), inverse = LOAD(p->norm.inverse_deviation + c);
        vec16 gamma = LOAD(p->norm.gamma + c), beta = LOAD(p->norm.beta + c);
        vec16 slope = LOAD(p->norm.slope + c);
        vec16 k = LOAD(p->p0 + c), a = LOAD(p->p1 + c), b = LOAD(p->p2 + c);
        const float *x = vsdb_row(p->x, at.n, block, at.d, at.h);
        const float *dy = vsdb_row(p->dy, at.n, block, at.d, at.h);
        float *dx = vsdb_row(p->dx, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->x->width; w++) {
            vec16 xhat = (LOAD(x + w * 16) - mean) * inverse;
            vec16 z = gamma * xhat + beta, g = LOAD(dy + w * 16);
            vec16 dz = SELECT(z > 0.0f, g, g * slope);
            STORE(dx + w * 16, k * (dz - a - xhat * b));
        }
    }
}

static void TILE(norm_prelu_backward)(const vsdb_tensor *x, const vsdb_tensor *dy,
                                      const vsdb_tensor *dx, vsdb_norm norm, const float *k,
                                      const float *a, const float *b) {
    TILE(pass) p = {.x = x, .dy = dy, .dx = dx, .norm = norm, .p0 = k, .p1 = a, .p2 = b};
    vsdb_parallel(vsdb_row_count(x), TILE(norm_backward_row), &p);
}

static void TILE(relu_backward_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->y, index);
    for (int32_t block = 0; block < p->y->blocks; block++) {
        const float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        float *dy = vsdb_row(p->dy, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->y->width; w++) {
            STORE(dy + w * 16, SELECT(LOAD(y + w * 16) > 0.0f, LOAD(dy + w * 16), SPLAT(0.0f)));
        }
    }
}

static void TILE(relu_backward)(const vsdb_tensor *y, const vsdb_tensor *dy) {
    TILE(pass) p = {.y = y, .dy = dy};
    vsdb_parallel(vsdb_row_count(y), TILE(relu_backward_row), &p);
}

// --- Max pooling

static void TILE(pool_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_extent s = p->stride;
    vsdb_row_index at = vsdb_split_row(p->y, index);
    for (int32_t block = 0; block < p->y->blocks; block++) {
        float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        const float *x = vsdb_row(p->x, at.n, block, at.d * s.depth, at.h * s.height);
        for (int32_t w = 0; w < p->y->width; w++) {
            vec16 best = LOAD(x + w * s.width * 16);
            for (int32_t a = 0; a < s.depth; a++) {
                for (int32_t b = 0; b < s.height; b++) {
                    for (int32_t c = 0; c < s.width; c++) {
                        vec16 value = LOAD(x + a * p->x->plane + b * p->x->row +
                                           (w * s.width + c) * 16);
                        // A NaN wins and stays, as it does in the reference.
                        best = SELECT((value > best) | (value != value), value, best);
                    }
                }
            }
            STORE(y + w * 16, best);
        }
    }
}

static void TILE(max_pool_forward)(const vsdb_tensor *x, const vsdb_tensor *y,
                                   vsdb_extent stride) {
    TILE(pass) p = {.x = x, .y = y, .stride = stride};
    vsdb_parallel(vsdb_row_count(y), TILE(pool_row), &p);
}

static void TILE(pool_backward_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_extent s = p->stride;
    vsdb_row_index at = vsdb_split_row(p->y, index);
    for (int32_t block = 0; block < p->y->blocks; block++) {
        const float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        const float *dy = vsdb_row(p->dy, at.n, block, at.d, at.h);
        const float *x = vsdb_row(p->x, at.n, block, at.d * s.depth, at.h * s.height);
        float *dx = vsdb_row(p->dx, at.n, block, at.d * s.depth, at.h * s.height);
        for (int32_t w = 0; w < p->y->width; w++) {
            vec16 best = LOAD(y + w * 16), left = LOAD(dy + w * 16), zero = SPLAT(0.0f);
            for (int32_t a = 0; a < s.depth; a++) {
                for (int32_t b = 0; b < s.height; b++) {
                    for (int32_t c = 0; c < s.width; c++) {
                        ptrdiff_t to = (w * s.width + c) * 16;
                        mask16 hit = LOAD(x + a * p->x->plane + b * p->x->row + to) == best;
                        float *place = dx + a * p->dx->plane + b * p->dx->row + to;
                        STORE(place, LOAD(place) + SELECT(hit, left, zero));
                        left = SELECT(hit, zero, left);
                    }
                }
            }
        }
    }
}

static void TILE(max_pool_backward)(const vsdb_tensor *x, const vsdb_tensor *y,
                                    const vsdb_tensor *dy, const vsdb_tensor *dx,
                                    vsdb_extent stride) {
    TILE(pass) p = {.x = x, .y = y, .dy = dy, .dx = dx, .stride = stride};
    vsdb_parallel(vsdb_row_count(y), TILE(pool_backward_row), &p);
}

// --- Attention: one weight per voxel for all channels

static void TILE(attend_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    const float *a = vsdb_row(p->a, at.n, 0, at.d, at.h);
    for (int32_t block = 0; block < p->x->blocks; block++) {
        const float *x = vsdb_row(p->x, at.n, block, at.d, at.h);
        float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->x->width; w++) {
            WRITE(p->streams, y + w * 16, LOAD(x + w * 16) * SPLAT(a[w] + p->residual));
        }
    }
    if (p->streams) { vsdb_drain_stores(); }
}

static void TILE(attend_forward)(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                                 const vsdb_tensor *y) {
    TILE(pass) p = {.x = x, .a = a, .y = y, .residual = residual,
                    .streams = x->data != y->data && TILE(streams)(y)};
    vsdb_parallel(vsdb_row_count(x), TILE(attend_row), &p);
}

static void TILE(attend_backward_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    const float *a = vsdb_row(p->a, at.n, 0, at.d, at.h);
    float *da = vsdb_row(p->da, at.n, 0, at.d, at.h);
    for (int32_t w = 0; w < p->x->width; w++) {
        vec16 sum = SPLAT(0.0f), weight = SPLAT(a[w] + p->residual);
        for (int32_t block = 0; block < p->x->blocks; block++) {
            vec16 dy = LOAD(vsdb_row(p->dy, at.n, block, at.d, at.h) + w * 16);
            sum += dy * LOAD(vsdb_row(p->x, at.n, block, at.d, at.h) + w * 16);
            WRITE(p->streams, vsdb_row(p->dx, at.n, block, at.d, at.h) + w * 16, dy * weight);
        }
        float total = 0;
        for (int lane = 0; lane < 16; lane++) { total += sum[lane]; }
        da[w] = total;
    }
    if (p->streams) { vsdb_drain_stores(); }
}

static void TILE(attend_backward)(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                                  const vsdb_tensor *dy, const vsdb_tensor *dx,
                                  const vsdb_tensor *da) {
    TILE(pass) p = {.x = x, .a = a, .dy = dy, .dx = dx, .da = da, .residual = residual,
                    .streams = dy->data != dx->data && TILE(streams)(dx)};
    vsdb_parallel(vsdb_row_count(x), TILE(attend_backward_row), &p);
}

static void TILE(add_row)(void *context, size_t index) {
    const TILE(pass) *p = context;
    vsdb_row_index at = vsdb_split_row(p->x, index);
    for (int32_t block = 0; block < p->x->blocks; block++) {
        const float *x = vsdb_row(p->x, at.n, block, at.d, at.h);
        float *y = vsdb_row(p->y, at.n, block, at.d, at.h);
        for (int32_t w = 0; w < p->x->width; w++) {
            STORE(y + w * 16, LOAD(y + w * 16) + LOAD(x + w * 16));
        }
    }
}

static void TILE(add)(const vsdb_tensor *x, const vsdb_tensor *y) {
    TILE(pass) p = {.x = x, .y = y};
    vsdb_parallel(vsdb_row_count(x), TILE(add_row), &p);
}
