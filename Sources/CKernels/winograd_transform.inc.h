// The transforms of Winograd's F(4x4, 3x3): weights, input tiles, products, gradients; included once per
// instruction set. What they are for is in winograd.inc.h.

enum { POSITIONS = 36 };

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

// --- Tiles of a slice.

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
