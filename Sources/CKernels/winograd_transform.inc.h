// Winograd's algorithm F(4x4, 3x3): the transforms of tiles and weights; included once per
// instruction set. winograd.inc.h and winograd_gradient.inc.h put them together.
//
// A 3x3 convolution of one 6x6 tile of x gives a 4x4 tile of y. Written as (Lavin and Gray, CVPR 2016)
//   y = A^T [ (G w G^T) . (B^T x B) ] A,
// it takes 36 products per channel pair in place of 144. A 3x3x3 kernel adds F(2, 3) along the depth:
// two slices of y come from four of x by four products in place of six, with
//   B^T x = (x0 - x2, x1 + x2, x2 - x1, x1 - x3)      G w = (w0, (w0 + w1 + w2) / 2, (w0 - w1 + w2) / 2, w2)
//   A^T m = (m0 + m1 + m2, m1 - m2 - m3).
// So a step of the algorithm is one slice of y for kernels without depth and two for those with it,
// and has one or four parts, each a sum or difference of two slices of x.

enum { POSITIONS = 36 };

// Slices of y in a step, and its parts, for `depth` taps (1 or 3) through the plane.
#define STEP_SLICES(depth) ((depth) == 3 ? 2 : 1)
#define STEP_PARTS(depth) ((depth) == 3 ? 4 : 1)

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

// One tile of one slice: 16 channels a voxel, rows `row` floats apart.
typedef struct {
    const float *data;
    ptrdiff_t row;
} TILE(source);

static const float TILE(no_slice)[6 * 16];

INLINE ptrdiff_t TILE(least)(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

// Copies the part of a tile that lies in the image or its border; the rest are zeros.
static void TILE(copy_tile)(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns,
                            ptrdiff_t width, float *tile, ptrdiff_t size) {
    memset(tile, 0, (size_t)(size * size * 16) * sizeof *tile);
    for (ptrdiff_t r = 0; r < rows; r++) {
        memcpy(tile + r * width * 16, x + r * row, (size_t)(columns * 16) * sizeof *tile);
    }
}

// The tile of `size` voxels that begins `border` before (h, w); zeros where slice d does not exist.
// A tile that reaches past the border is copied to `copy`.
static TILE(source) TILE(tile_at)(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t block, ptrdiff_t d,
                                  ptrdiff_t h, ptrdiff_t w, ptrdiff_t size, ptrdiff_t border,
                                  float *copy) {
    if (d < 0 || d >= x->depth) { return (TILE(source)){TILE(no_slice), 0}; }
    const float *data = vsdb_row(x, n, block, d, h - border) + (w - border) * 16;
    ptrdiff_t rows = TILE(least)(size, x->height + 2 * border - h);
    ptrdiff_t columns = TILE(least)(size, x->width + 2 * border - w);
    if (rows == size && columns == size) { return (TILE(source)){data, x->row}; }
    TILE(copy_tile)(data, x->row, rows, columns, size, copy, size);
    return (TILE(source)){copy, size * 16};
}

// One vector of a + sign * b.
INLINE TILE(lanes) TILE(combined)(TILE(source) a, TILE(source) b, int sign, ptrdiff_t row,
                                  ptrdiff_t offset) {
    TILE(lanes) value = *(const TILE(lanes) *)(a.data + row * a.row + offset);
    if (sign == 0) { return value; }
    TILE(lanes) other = *(const TILE(lanes) *)(b.data + row * b.row + offset);
    return sign > 0 ? value + other : value - other;
}

// B^T (a + sign * b) B of tiles of 6x6 voxels; v's positions lie `position` floats apart.
INLINE void TILE(tile_input)(TILE(source) a, TILE(source) b, int sign, float *v,
                             ptrdiff_t position) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[36], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) { in[i] = TILE(combined)(a, b, sign, i, c * 16 + lane); }
            TILE(transform_input)(in, 1, out);
            UNROLL(6) { columns[i * 6 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_input)(columns + r * 6, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * position + lane) = out[i]; }
        }
    }
}

// A (a + sign * b) A^T of tiles of 4x4 voxels of dy.
INLINE void TILE(tile_gradient)(TILE(source) a, TILE(source) b, int sign, float *v,
                                ptrdiff_t position) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[4], columns[24], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 4; c++) {
            UNROLL(4) { in[i] = TILE(combined)(a, b, sign, i, c * 16 + lane); }
            TILE(transform_gradient)(in, 1, out);
            UNROLL(6) { columns[i * 4 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_gradient)(columns + r * 4, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * position + lane) = out[i]; }
        }
    }
}

// Which slice of y a part's products are summed to: the only one, or the first or second of two.
typedef enum { TILE(only), TILE(first), TILE(second) } TILE(target);

INLINE TILE(lanes) TILE(products_at)(const float *m, ptrdiff_t part, TILE(target) target) {
#define PART(number) (*(const TILE(lanes) *)(m + (number) * part))
    switch (target) {
    case TILE(first): return PART(0) + PART(1) + PART(2);
    case TILE(second): return PART(1) - PART(2) - PART(3);
    default: return PART(0);
    }
#undef PART
}

// A^T m A of one tile of 16 channels into y [4][4][16], rows `row` floats apart.
INLINE void TILE(tile_output)(const float *m, ptrdiff_t position, ptrdiff_t part,
                              TILE(target) target, float *y, ptrdiff_t row, const float *bias,
                              const float *slope, int32_t accumulate) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[24], out[4];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) {
                in[i] = TILE(products_at)(m + (i * 6 + c) * position + lane, part, target);
            }
            TILE(transform_output)(in, 1, out);
            UNROLL(4) { columns[i * 6 + c] = out[i]; }
        }
        TILE(lanes) start = {0}, factor = {0};
        if (bias) { start = *(const TILE(lanes) *)(bias + lane); }
        if (slope) { factor = *(const TILE(lanes) *)(slope + lane); }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
            TILE(transform_output)(columns + r * 6, 1, out);
            UNROLL(4) {
                TILE(lanes) *at = (TILE(lanes) *)(y + r * row + i * 16 + lane);
                TILE(lanes) value = out[i] + start;
                if (accumulate) { value += *at; }
                if (slope) {
                    TILE(lanes) scaled = value * factor;
                    TILE(lane_bits) positive = value > 0.0f;
                    value = (TILE(lanes))(((TILE(lane_bits))value & positive) |
                                          ((TILE(lane_bits))scaled & ~positive));
                }
                *at = value;
            }
        }
    }
}

// --- Steps: the tiles of all parts and blocks.

// The tiles of a plane, row by row.
typedef struct {
    ptrdiff_t down, across; // tiles per column and row
} TILE(tiling);

static TILE(tiling) TILE(tiling_of)(const vsdb_tensor *x) {
    return (TILE(tiling)){(x->height + 3) / 4, (x->width + 3) / 4};
}

// Where the transformed tiles of one step lie: [part][36][block][tile][16 channels].
typedef struct {
    float *data;
    ptrdiff_t block, position, part; // floats between them
} TILE(step);

// Tiles [first, first + count) of x for the step whose first slice of y is d.
static void TILE(transform_step)(const vsdb_tensor *x, int32_t depth, ptrdiff_t n, ptrdiff_t d,
                                 ptrdiff_t first, ptrdiff_t count, TILE(step) v) {
    ptrdiff_t across = TILE(tiling_of)(x).across;
    _Alignas(64) float copy[4][36 * 16];
    for (ptrdiff_t block = 0; block < x->blocks; block++) {
        for (ptrdiff_t t = 0; t < count; t++) {
            ptrdiff_t h = (first + t) / across * 4, w = (first + t) % across * 4;
            float *to = v.data + block * v.block + t * 16;
            TILE(source) s[4];
            for (int i = 0; i < (depth == 3 ? 4 : 1); i++) {
                s[i] = TILE(tile_at)(x, n, block, d + i - depth / 2, h, w, 6, 1, copy[i]);
            }
            if (depth == 1) {
                TILE(tile_input)(s[0], s[0], 0, to, v.position);
                continue;
            }
            TILE(tile_input)(s[0], s[2], -1, to, v.position);
            TILE(tile_input)(s[1], s[2], +1, to + v.part, v.position);
            TILE(tile_input)(s[2], s[1], -1, to + 2 * v.part, v.position);
            TILE(tile_input)(s[1], s[3], -1, to + 3 * v.part, v.position);
        }
    }
}

// --- Weights: U = G w G^T, and G w along the depth, once per set of weights, in double.

static const double TILE(G)[6][3] = {{1.0 / 4, 0, 0},
                                     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                     {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                     {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                     {0, 0, 1}};

static const double TILE(G_depth)[4][3] = {
    {1, 0, 0}, {1.0 / 2, 1.0 / 2, 1.0 / 2}, {1.0 / 2, -1.0 / 2, 1.0 / 2}, {0, 0, 1}};

// How tap `tap` enters part `part` of a kernel with `depth` taps.
static double TILE(depth_factor)(int32_t depth, ptrdiff_t part, ptrdiff_t tap) {
    return depth == 3 ? TILE(G_depth)[part][tap] : 1;
}

typedef struct {
    const float *weights; // [ocb][icb][depth * 9][16 ic][16 oc]
    ptrdiff_t in_blocks;
    int32_t depth;
    float *u;             // [ocb][part][36][icb][16 ic][16 oc]
} TILE(weights_job);

// One pair of blocks and one part.
static void TILE(weights_part)(void *context, size_t index) {
    const TILE(weights_job) *job = context;
    ptrdiff_t parts = STEP_PARTS(job->depth), part = (ptrdiff_t)index % parts;
    ptrdiff_t pair = (ptrdiff_t)index / parts, position = job->in_blocks * 256;
    ptrdiff_t ocb = pair / job->in_blocks, icb = pair % job->in_blocks;
    const float *w = job->weights + pair * job->depth * 9 * 256;
    float *u = job->u + (ocb * parts + part) * POSITIONS * position + icb * 256;
    for (int i = 0; i < 256; i++) {
        double plane[9] = {0}, columns[6][3];
        for (int tap = 0; tap < job->depth * 9; tap++) {
            plane[tap % 9] += TILE(depth_factor)(job->depth, part, tap / 9) * w[tap * 256 + i];
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            _Pragma("clang loop unroll(full)") for (int c = 0; c < 3; c++) {
                columns[r][c] = TILE(G)[r][0] * plane[c] + TILE(G)[r][1] * plane[3 + c] +
                                TILE(G)[r][2] * plane[6 + c];
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
    size_t parts = (size_t)STEP_PARTS(depth);
    vsdb_parallel((size_t)out_blocks * (size_t)in_blocks * parts, TILE(weights_part), &job);
}
