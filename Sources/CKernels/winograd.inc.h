// Winograd convolution F(4x4, 3x3) over channel blocks, forward and (with the flipped kernel) the data
// gradient; included once per instruction set. The transforms are in winograd_transform.inc.h.
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

enum { GROUP_FLOATS = 256 * 1024, LEAST_GROUP = 6, MOST_GROUP = 48 };

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
