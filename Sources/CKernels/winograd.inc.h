// Winograd convolution over channel blocks, forward and (with the flipped kernel) the data gradient;
// included once per instruction set. The algorithm is in winograd_transform.inc.h.
//
// Shapes, for C input and K output channels in blocks of 16 (IB and OB blocks), parts (1 or 4):
//   U  weights      [ocb][part][36 positions][icb][16 ic][16 oc], made by vsdb_winograd_weights_f32
//   V  input tiles  [part][36][icb][tile][16 ic], one group of tiles and one step at a time
//   M  products     [part][36][tile][16 oc], one output block at a time
// A group of tiles is small enough for V to stay in the second-level cache, and U[ocb][part][position]
// and V[part][position] in the first. The products are the tiles of convolution.inc.h, with one tap.
//
// The image's edge: rows and columns past the zero border count as zeros, and outputs past the edge
// are dropped, so any depth, height and width will do.
//
// Rounding: the transforms' constants reach 8, and sums of terms of unlike size lose digits; the
// result is within about 1e-5 of the output's scale of the direct sum (docs/BENCHMARKS.md).

enum { GROUP_FLOATS = 256 * 1024, LEAST_GROUP = 6, MOST_GROUP = 48 };

typedef struct {
    const vsdb_tensor *x, *y;
    int32_t depth; // taps in depth
    const float *weights;
    const int32_t *valid;
    const float *bias, *slope;
    int32_t accumulate;
    ptrdiff_t group, groups; // tiles in a group, groups in a plane
    ptrdiff_t segments;      // parts that the steps are cut into
} TILE(winograd_job);

// One group of tiles at one step.
typedef struct {
    ptrdiff_t n, d, first, count; // the step's first slice of y; tiles [first, first + count)
    TILE(step) v;
    float *m;
    ptrdiff_t m_position, m_part;
} TILE(winograd_group);

// Output block ocb from the transformed tiles. Where the last step has one slice, the last part is of
// no use.
static void TILE(winograd_products)(const TILE(winograd_job) * job,
                                    const TILE(winograd_group) * g, ptrdiff_t ocb) {
    ptrdiff_t parts = STEP_PARTS(job->depth), blocks = job->x->blocks;
    ptrdiff_t wanted = parts == 4 && g->d + 1 >= job->y->depth ? 3 : parts;
    TILE(row) r = {.x_step = 16, .x_block = g->v.block, .blocks = job->x->blocks,
                   .valid = job->valid, .taps = 1, .slots = 1, .next = g->v.position};
    for (ptrdiff_t part = 0; part < wanted; part++) {
        for (ptrdiff_t p = 0; p < POSITIONS; p++) {
            r.x = g->v.data + part * g->v.part + p * g->v.position;
            r.weights = job->weights + ((ocb * parts + part) * POSITIONS + p) * blocks * 256;
            TILE(run_tiles)(&r, 16, g->m + part * g->m_part + p * g->m_position, 16,
                            (int32_t)g->count);
        }
    }
}

// A^T m A of output block ocb to slice d.
INLINE void TILE(winograd_scatter)(const TILE(winograd_job) * job, const TILE(winograd_group) * g,
                                   ptrdiff_t ocb, ptrdiff_t d, TILE(target) which) {
    const vsdb_tensor *y = job->y;
    ptrdiff_t across = TILE(tiling_of)(y).across;
    const float *bias = job->bias ? job->bias + ocb * 16 : NULL;
    const float *slope = job->slope ? job->slope + ocb * 16 : NULL;
    _Alignas(64) float copy[16 * 16];
    for (ptrdiff_t t = 0; t < g->count; t++) {
        ptrdiff_t h = (g->first + t) / across * 4, w = (g->first + t) % across * 4;
        ptrdiff_t rows = TILE(least)(4, y->height - h), columns = TILE(least)(4, y->width - w);
        float *target = vsdb_row(y, g->n, ocb, d, h) + w * 16;
        const float *m = g->m + t * 16;
        if (rows == 4 && columns == 4) {
            TILE(tile_output)(m, g->m_position, g->m_part, which, target, y->row, bias, slope,
                              job->accumulate);
            continue;
        }
        TILE(copy_tile)(target, y->row, rows, columns, 4, copy, 4);
        TILE(tile_output)(m, g->m_position, g->m_part, which, copy, 4 * 16, bias, slope,
                          job->accumulate);
        for (ptrdiff_t row = 0; row < rows; row++) {
            memcpy(target + row * y->row, copy + row * 4 * 16,
                   (size_t)(columns * 16) * sizeof *copy);
        }
    }
}

// One group of tiles through one segment of steps.
static void TILE(winograd_part)(void *context, size_t index) {
    const TILE(winograd_job) *job = context;
    const vsdb_tensor *x = job->x, *y = job->y;
    ptrdiff_t segment = (ptrdiff_t)index % job->segments, rest = (ptrdiff_t)index / job->segments;
    TILE(tiling) tiling = TILE(tiling_of)(y);
    ptrdiff_t tiles = tiling.down * tiling.across, number = rest % job->groups;
    TILE(winograd_group) g = {.n = rest / job->groups, .first = tiles * number / job->groups};
    g.count = tiles * (number + 1) / job->groups - g.first;
    // The odd 16 floats keep the 36 positions out of one another's cache sets.
    g.v.block = g.count * 16;
    g.v.position = x->blocks * g.v.block + 16;
    g.v.part = POSITIONS * g.v.position;
    g.m_position = g.count * 16 + 16;
    g.m_part = POSITIONS * g.m_position;
    ptrdiff_t parts = STEP_PARTS(job->depth), slices = STEP_SLICES(job->depth);
    g.v.data = vsdb_thread_scratch((size_t)(parts * (g.v.part + g.m_part)));
    g.m = g.v.data + parts * g.v.part;
    ptrdiff_t steps = (y->depth + slices - 1) / slices;
    ptrdiff_t from = steps * segment / job->segments, to = steps * (segment + 1) / job->segments;
    for (ptrdiff_t step = from; step < to; step++) {
        g.d = step * slices;
        TILE(transform_step)(x, job->depth, g.n, g.d, g.first, g.count, g.v);
        for (ptrdiff_t ocb = 0; ocb < y->blocks; ocb++) {
            TILE(winograd_products)(job, &g, ocb);
            if (slices == 1) {
                TILE(winograd_scatter)(job, &g, ocb, g.d, TILE(only));
                continue;
            }
            TILE(winograd_scatter)(job, &g, ocb, g.d, TILE(first));
            if (g.d + 1 < y->depth) { TILE(winograd_scatter)(job, &g, ocb, g.d + 1, TILE(second)); }
        }
    }
}

static void TILE(winograd_forward)(const vsdb_tensor *x, const vsdb_tensor *y, int32_t depth,
                                   const float *weights, const int32_t *valid, const float *bias,
                                   const float *slope, int32_t accumulate) {
    TILE(tiling) tiling = TILE(tiling_of)(y);
    ptrdiff_t tiles = tiling.down * tiling.across;
    ptrdiff_t group = GROUP_FLOATS / (POSITIONS * STEP_PARTS(depth) * x->blocks * 16);
    group = group / LEAST_GROUP * LEAST_GROUP;
    group = group < LEAST_GROUP ? LEAST_GROUP : group > MOST_GROUP ? MOST_GROUP : group;
    ptrdiff_t groups = (tiles + group - 1) / group, work = groups * x->batch;
    // Where planes are small, steps are shared out, too.
    ptrdiff_t steps = (y->depth + STEP_SLICES(depth) - 1) / STEP_SLICES(depth);
    ptrdiff_t segments = work >= 16 ? 1 : TILE(least)((16 + work - 1) / work, steps);
    TILE(winograd_job) job = {x, y, depth, weights, valid, bias, slope, accumulate,
                              group, groups, segments};
    vsdb_parallel((size_t)(work * job.segments), TILE(winograd_part), &job);
}
