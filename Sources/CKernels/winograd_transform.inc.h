// The transforms of Winograd's F(4x4, 3x3): weights, input tiles, products, gradients; included once per
// instruction set. What they are for is in winograd.inc.h.
//
// F(4, 3) multiplies polynomials by their values at six points: 0, +-S, +-T and infinity. The usual
// S = 1, T = 2 need few constants, but 3/4 and 3/2, as exact in binary, have half the rounding error:
// the values' sizes spread less.

enum {
    POSITIONS = 36,
    GROUP = 24,                     // tiles that are transformed together, at most
    POSITION = GROUP * 16 + 16,     // floats of a position: the odd 16 keep the 36 out of one
    PLANE = POSITIONS * POSITION    // another's cache sets
};

typedef float TILE(lanes) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int32_t TILE(lane_bits) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef float TILE(whole_lanes) __attribute__((vector_size(LANES * 4)));

#define S1 0.75f
#define S2 (S1 * S1)
#define T1 1.5f
#define T2 (T1 * T1)

// B^T: six values of x, `step` apart, to six.
INLINE void TILE(transform_input)(const TILE(lanes) * x, int step, TILE(lanes) * v) {
    TILE(lanes) a = x[0], b = x[step], c = x[2 * step], d = x[3 * step], e = x[4 * step],
                f = x[5 * step];
    TILE(lanes) p = e - T2 * c, q = d - T2 * b, r = e - S2 * c, s = d - S2 * b;
    v[0] = r - T2 * (c - S2 * a);
    v[1] = p + S1 * q;
    v[2] = p - S1 * q;
    v[3] = r + T1 * s;
    v[4] = r - T1 * s;
    v[5] = (f - S2 * d) - T2 * s;
}

// A^T: six products, `step` apart, to four values of y.
INLINE void TILE(transform_output)(const TILE(lanes) * m, int step, TILE(lanes) * y) {
    TILE(lanes) p = m[step] + m[2 * step], q = m[step] - m[2 * step];
    TILE(lanes) r = m[3 * step] + m[4 * step], s = m[3 * step] - m[4 * step];
    y[0] = m[0] + p + r;
    y[1] = S1 * q + T1 * s;
    y[2] = S2 * p + T2 * r;
    y[3] = S1 * S2 * q + (T1 * T2 * s + m[5 * step]);
}

// A, the transpose: four values of dy, `step` apart, to six.
INLINE void TILE(transform_gradient)(const TILE(lanes) * y, int step, TILE(lanes) * m) {
    TILE(lanes) a = y[0], b = y[step], c = y[2 * step], d = y[3 * step];
    TILE(lanes) p = a + S2 * c, q = b + S2 * d, r = a + T2 * c, s = b + T2 * d;
    m[0] = a;
    m[1] = p + S1 * q;
    m[2] = p - S1 * q;
    m[3] = r + T1 * s;
    m[4] = r - T1 * s;
    m[5] = d;
}

// A tile of 16 channels, or of one: its first voxel and the floats from row to row.
typedef struct {
    const float *at;
    ptrdiff_t row;
} TILE(tile);

enum { MAX_TERMS = 4 };

// What a tile is made of: one slice's voxels, or a weighted sum of several slices', the last weighing 1.
typedef struct {
    ptrdiff_t slice[MAX_TERMS];
    float weight[MAX_TERMS];
} TILE(blend);

// B^T x B of the sum of `terms` tiles with the blend's weights, or of x + x * map with one value of the
// map for all channels of a voxel; v's positions lie POSITION apart. `terms` is a constant where this is
// inlined.
INLINE void TILE(tile_input)(const TILE(tile) * x, const float *weight, int terms, TILE(tile) map,
                             float *v) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[36], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) {
                const TILE(tile) *last = x + terms - 1;
                in[i] = *(const TILE(lanes) *)(last->at + i * last->row + c * 16 + lane);
                _Pragma("clang loop unroll(full)") for (int k = 0; k < terms - 1; k++) {
                    in[i] += weight[k] *
                             *(const TILE(lanes) *)(x[k].at + i * x[k].row + c * 16 + lane);
                }
                if (map.at) { in[i] += in[i] * map.at[i * map.row + c]; }
            }
            TILE(transform_input)(in, 1, out);
            UNROLL(6) { columns[i * 6 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_input)(columns + r * 6, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * POSITION + lane) = out[i]; }
        }
    }
}

// A dy A^T of one tile of 16 channels.
INLINE void TILE(tile_gradient)(const float *dy, ptrdiff_t row, float *v) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[4], columns[24], out[6];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 4; c++) {
            UNROLL(4) { in[i] = *(const TILE(lanes) *)(dy + i * row + c * 16 + lane); }
            TILE(transform_gradient)(in, 1, out);
            UNROLL(6) { columns[i * 4 + c] = out[i]; }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            TILE(transform_gradient)(columns + r * 4, 1, out);
            UNROLL(6) { *(TILE(lanes) *)(v + (r * 6 + i) * POSITION + lane) = out[i]; }
        }
    }
}

// A^T m A of one tile of 16 channels into y [4][4][16], rows `row` floats apart; `streams`, a constant
// where this is inlined, writes past the caches.
INLINE void TILE(tile_output)(const float *m, float *y, ptrdiff_t row, const float *bias,
                              const float *slope, int32_t accumulate, int streams) {
    for (int lane = 0; lane < 16; lane += LANES) {
        TILE(lanes) in[6], columns[24], out[4];
        _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
            UNROLL(6) { in[i] = *(const TILE(lanes) *)(m + (i * 6 + c) * POSITION + lane); }
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
                if (streams) {
                    __builtin_nontemporal_store(value, (TILE(whole_lanes) *)target);
                } else {
                    *target = value;
                }
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

// The first row and column of y that a tile makes.
typedef struct {
    ptrdiff_t h, w;
} TILE(corner);

static TILE(corner) TILE(corner_of)(const vsdb_tensor *x, ptrdiff_t tile) {
    ptrdiff_t across = TILE(tiling_of)(x).across;
    return (TILE(corner)){tile / across * 4, tile % across * 4};
}

// The next tile's, without another division.
INLINE TILE(corner) TILE(next_corner)(const vsdb_tensor *x, TILE(corner) at) {
    return at.w + 4 < x->width ? (TILE(corner)){at.h, at.w + 4} : (TILE(corner)){at.h + 4, 0};
}

// Copies the part of a tile of `size` rows and columns that lies in the image or its border; the rest are
// zeros.
static void TILE(copy_tile)(const float *x, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns,
                            ptrdiff_t lanes, float *tile, ptrdiff_t size) {
    memset(tile, 0, (size_t)(size * size * lanes) * sizeof *tile);
    for (ptrdiff_t r = 0; r < rows; r++) {
        memcpy(tile + r * size * lanes, x + r * row, (size_t)(columns * lanes) * sizeof *tile);
    }
}

INLINE ptrdiff_t TILE(least)(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

// Tile (h, w) of x's slice d and its border; zeros where there is no such slice. `copy` is scratch for
// tiles that reach over the edge.
INLINE TILE(tile) TILE(tile_at)(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t block, ptrdiff_t d,
                                ptrdiff_t h, ptrdiff_t w, float *copy) {
    static const float zeros[6 * 16];
    if (d < 0 || d >= x->depth) { return (TILE(tile)){zeros, 0}; }
    const float *tile = vsdb_row(x, n, block, d, h - 1) + (w - 1) * x->lanes;
    ptrdiff_t rows = TILE(least)(6, x->height + 2 - h), columns = TILE(least)(6, x->width + 2 - w);
    if (rows == 6 && columns == 6) { return (TILE(tile)){tile, x->row}; }
    TILE(copy_tile)(tile, x->row, rows, columns, x->lanes, copy, 6);
    return (TILE(tile)){copy, 6 * x->lanes};
}

// Tiles [first, first + count) of `terms` slices of x with the blend's weights, or of x (1 + map), to
// v [36][tile][16] for every block.
INLINE void TILE(transform)(const vsdb_tensor *x, ptrdiff_t n, const TILE(blend) * blend, int terms,
                            const vsdb_tensor *map, ptrdiff_t first, ptrdiff_t count, float *v) {
    _Alignas(64) float copy[MAX_TERMS][36 * 16], factors[36];
    for (ptrdiff_t block = 0; block < x->blocks; block++, v += PLANE) {
        TILE(corner) at = TILE(corner_of)(x, first);
        for (ptrdiff_t t = 0; t < count; t++, at = TILE(next_corner)(x, at)) {
            TILE(tile) tiles[MAX_TERMS], f = {NULL, 0};
            _Pragma("clang loop unroll(full)") for (int k = 0; k < terms; k++) {
                tiles[k] = TILE(tile_at)(x, n, block, blend->slice[k], at.h, at.w, copy[k]);
            }
            if (map) { f = TILE(tile_at)(map, n, 0, blend->slice[0], at.h, at.w, factors); }
            TILE(tile_input)(tiles, blend->weight, terms, f, v + t * 16);
        }
    }
}

// The same of one slice, weighed where there is a map; each case is compiled without the other's work.
static void TILE(transform_slice)(const vsdb_tensor *x, const vsdb_tensor *map, ptrdiff_t n, ptrdiff_t d,
                                  ptrdiff_t first, ptrdiff_t count, float *v) {
    TILE(blend) one = {.slice = {d}};
    if (map) {
        TILE(transform)(x, n, &one, 1, map, first, count, v);
    } else {
        TILE(transform)(x, n, &one, 1, NULL, first, count, v);
    }
}

// Row `part` of B^T along the depth, slices x[d] to x[d + 5], and then V of that sum. In every row at
// least two slices weigh nothing.
static void TILE(transform_part)(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t d, int part,
                                 ptrdiff_t first, ptrdiff_t count, float *v) {
    if (part == 0 || part == 5) {
        ptrdiff_t from = part == 0 ? d : d + 1;
        TILE(blend) outer = {{from, from + 2, from + 4}, {S2 * T2, -S2 - T2, 1}};
        TILE(transform)(x, n, &outer, 3, NULL, first, count, v);
    } else {
        float near = part < 3 ? S1 : T1, far = part < 3 ? T2 : S2, sign = part % 2 ? 1 : -1;
        TILE(blend) inner = {{d + 1, d + 2, d + 3, d + 4},
                             {-sign * near * far, -far, sign * near, 1}};
        TILE(transform)(x, n, &inner, 4, NULL, first, count, v);
    }
}

// Fetches the voxels at tile `at` of x's slice d, while there is other work to do.
INLINE void TILE(fetch_tile)(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t d, TILE(corner) at) {
    for (ptrdiff_t block = 0; block < x->blocks; block++) {
        const float *tile = vsdb_row(x, n, block, d, at.h) + at.w * 16;
        for (int row = 0; row < 4; row++, tile += x->row) {
            UNROLL(4) { __builtin_prefetch(tile + i * 16); }
        }
    }
}

// --- Weights: U = G w G^T, once per set of weights, in double.

static const double TILE(G)[6][3] = {
    {1 / (S2 * T2), 0, 0},
    {0.5 / (S2 * (S2 - T2)), 0.5 * S1 / (S2 * (S2 - T2)), 0.5 * S2 / (S2 * (S2 - T2))},
    {0.5 / (S2 * (S2 - T2)), -0.5 * S1 / (S2 * (S2 - T2)), 0.5 * S2 / (S2 * (S2 - T2))},
    {0.5 / (T2 * (T2 - S2)), 0.5 * T1 / (T2 * (T2 - S2)), 0.5 * T2 / (T2 * (T2 - S2))},
    {0.5 / (T2 * (T2 - S2)), -0.5 * T1 / (T2 * (T2 - S2)), 0.5 * T2 / (T2 * (T2 - S2))},
    {0, 0, 1}};

typedef struct {
    const float *weights; // [ocb][icb][depth * 9][16 ic][16 oc]
    ptrdiff_t in_blocks, parts;
    float *u;             // [ocb][36][icb][tap][16 ic][16 oc], of cubes [ocb][part][36][icb][..][..]
} TILE(weights_job);

// One pair of blocks and one tap or part.
static void TILE(weights_part)(void *context, size_t index) {
    const TILE(weights_job) *job = context;
    ptrdiff_t parts = job->parts, part = (ptrdiff_t)index % parts, pair = (ptrdiff_t)index / parts;
    ptrdiff_t icb = pair % job->in_blocks, ocb = pair / job->in_blocks;
    int cubes = parts == VSDB_CUBES;
    ptrdiff_t step = job->in_blocks * (cubes ? 1 : parts) * 256;
    const float *w = job->weights + pair * (cubes ? 3 : parts) * 9 * 256;
    float *u = job->u + (cubes ? ((ocb * VSDB_CUBES + part) * POSITIONS * job->in_blocks + icb) * 256
                               : (ocb * POSITIONS * job->in_blocks + icb) * parts * 256 + part * 256);
    for (int i = 0; i < 256; i += 8) {
        vec8 taps[9], columns[6][3];
        for (int k = 0; k < 9; k++) {
            taps[k] = cubes ? (vec8){0} : vsdb_widened(w + (part * 9 + k) * 256 + i);
            for (int a = 0; cubes && a < 3; a++) {
                taps[k] += TILE(G)[part][a] * vsdb_widened(w + (a * 9 + k) * 256 + i);
            }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            _Pragma("clang loop unroll(full)") for (int c = 0; c < 3; c++) {
                columns[r][c] = TILE(G)[r][0] * taps[c] + TILE(G)[r][1] * taps[3 + c] +
                                TILE(G)[r][2] * taps[6 + c];
            }
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 6; r++) {
            _Pragma("clang loop unroll(full)") for (int c = 0; c < 6; c++) {
                vsdb_narrow(columns[r][0] * TILE(G)[c][0] + columns[r][1] * TILE(G)[c][1] +
                                columns[r][2] * TILE(G)[c][2],
                            u + (r * 6 + c) * step + i);
            }
        }
    }
}

static void TILE(winograd_weights)(const float *weights, int32_t in_blocks, int32_t out_blocks,
                                   int32_t parts, float *u) {
    TILE(weights_job) job = {weights, in_blocks, parts, u};
    vsdb_parallel((size_t)out_blocks * (size_t)in_blocks * (size_t)parts, TILE(weights_part), &job);
}
