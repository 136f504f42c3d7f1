// Winograd convolution F(4x4, 3x3) over channel blocks, forward and (with the flipped kernel) the data
// gradient; included once per instruction set. The transforms are in winograd_transform.inc.h.
//
// A 3x3 convolution of one 6x6 tile of x gives a 4x4 tile of y. Written as (Lavin and Gray, CVPR 2016)
//   y = A^T [ (G w G^T) . (B^T x B) ] A,
// it takes 36 products per channel pair in place of 144. A kernel of three taps in depth takes
// - `parts` 3: each tap's products, summed, from slices of x that are transformed once for all taps; or
// - `parts` 6: four slices of y at a time by F(4, 3) along the depth too, half of the products, 216 in
//   place of 1728 for a cube of 4x4x4. Part k multiplies row k of B^T along the depth, a sum of up to
//   four of six slices of x, with row k of G along the depth; A^T along the depth turns the six parts'
//   products into four slices', all in the plane's transformed domain.
//
// Shapes, for C input and K output channels in blocks of 16 (IB and OB blocks), of one group of tiles:
//   U  weights      [ocb][36 positions][icb][tap][16 ic][16 oc], made by vsdb_winograd_weights_f32
//   V  input tiles  [ring of slices][icb][36][tile][16 ic]
//   M  products     [36][tile][16 oc], one output block at a time
// and of cubes
//   U  weights      [ocb][part][36 positions][icb][16 ic][16 oc]
//   V  input tiles  [icb][36][tile][16 ic], one part at a time
//   M  products     [ocb][part][36][tile][16 oc]
// A group is small enough for V and M to stay in the second-level cache or, of cubes, in a thread's share
// of the last, and U[..][position] and V[position] in the first. The products are the tiles of
// convolution.inc.h.
//
// The image's edge: slices, rows and columns past it count as zeros, and outputs past it are dropped, so
// any depth, height and width will do.
//
// Rounding: sums of terms of unlike size lose digits; the result is within 1e-5 of the output's scale
// of the direct sum (docs/BENCHMARKS.md).

enum { GROUP_FLOATS = 512 * 1024, LEAST_GROUP = 6 };

typedef struct {
    const vsdb_tensor *x, *map, *y; // map: x (1 + map) in place of x, or null
    ptrdiff_t parts;         // 1 or 3 taps in depth, or VSDB_CUBES
    const float *weights;
    const int32_t *valid;
    const float *bias, *slope;
    int32_t accumulate, streams;
    ptrdiff_t group, groups; // tiles in a group, groups in a plane
    ptrdiff_t segments;      // stretches that the slices are cut into
} TILE(winograd_job);

// One group of tiles and its scratch.
typedef struct {
    ptrdiff_t n, first, count; // tiles [first, first + count) of image n
    float *v, *m;
} TILE(winograd_group);

// m [36][tile][16] of one output block from r's taps of V, with its weights from `weights` on. Meanwhile
// slice `next` of x is fetched, where there is one.
INLINE void TILE(winograd_products)(const TILE(winograd_job) * job, const TILE(winograd_group) * g,
                                    TILE(row) * r, const float *weights, float *m, ptrdiff_t next) {
    TILE(corner) at = TILE(corner_of)(job->y, g->first);
    int fetches = next < job->x->depth;
    for (ptrdiff_t p = 0; p < POSITIONS; p++) {
        if (fetches && p < g->count) {
            TILE(fetch_tile)(job->x, g->n, next, at);
            at = TILE(next_corner)(job->y, at);
        }
        r->x = g->v + p * POSITION;
        r->weights = weights + p * r->blocks * r->slots * 256;
        TILE(run_tiles)(r, 16, m + p * POSITION, 16, (int32_t)g->count);
    }
}

// A^T along the depth: the products m [part][36][tile][16] of a cube's parts to those of its slices, in
// place of the first four.
static void TILE(cube_sums)(float *m, ptrdiff_t count) {
    for (ptrdiff_t p = 0; p < POSITIONS; p++, m += POSITION) {
        for (ptrdiff_t at = 0; at < count * 16; at += LANES) {
            TILE(lanes) in[VSDB_CUBES], out[4];
            UNROLL(VSDB_CUBES) { in[i] = *(TILE(lanes) *)(m + i * PLANE + at); }
            TILE(transform_output)(in, 1, out);
            UNROLL(4) { *(TILE(lanes) *)(m + i * PLANE + at) = out[i]; }
        }
    }
}

// A^T m A of output block ocb to slice d of y.
static void TILE(winograd_scatter)(const TILE(winograd_job) * job, const TILE(winograd_group) * g,
                                   const float *m, ptrdiff_t ocb, ptrdiff_t d) {
    const vsdb_tensor *y = job->y;
    const float *bias = job->bias ? job->bias + ocb * 16 : NULL;
    const float *slope = job->slope ? job->slope + ocb * 16 : NULL;
    _Alignas(64) float copy[16 * 16];
    TILE(corner) at = TILE(corner_of)(y, g->first);
    for (ptrdiff_t t = 0; t < g->count; t++, at = TILE(next_corner)(y, at)) {
        ptrdiff_t rows = TILE(least)(4, y->height - at.h);
        ptrdiff_t columns = TILE(least)(4, y->width - at.w);
        float *target = vsdb_row(y, g->n, ocb, d, at.h) + at.w * 16;
        if (rows == 4 && columns == 4) {
            if (job->streams) {
                TILE(tile_output)(m + t * 16, target, y->row, bias, slope, 0, STREAMS);
            } else {
                TILE(tile_output)(m + t * 16, target, y->row, bias, slope, job->accumulate, 0);
            }
            continue;
        }
        TILE(copy_tile)(target, y->row, rows, columns, 16, copy, 4);
        TILE(tile_output)(m + t * 16, copy, 4 * 16, bias, slope, job->accumulate, 0);
        for (ptrdiff_t row = 0; row < rows; row++) {
            memcpy(target + row * y->row, copy + row * 4 * 16,
                   (size_t)(columns * 16) * sizeof *copy);
        }
    }
}

// Slices [from, to) of y one by one, from a ring of transformed slices of x.
static void TILE(winograd_slices)(const TILE(winograd_job) * job, const TILE(winograd_group) * g,
                                  ptrdiff_t from, ptrdiff_t to) {
    const vsdb_tensor *x = job->x, *y = job->y;
    ptrdiff_t reach = job->parts / 2, slice = x->blocks * PLANE;
    ptrdiff_t ready = from < reach ? 0 : from - reach;
    TILE(row) r = {.x_step = 16, .x_block = PLANE, .blocks = x->blocks, .valid = job->valid,
                   .slots = (int32_t)job->parts, .next = POSITION};
    for (ptrdiff_t d = from; d < to; d++) {
        for (; ready <= d + reach && ready < x->depth; ready++) {
            TILE(transform_slice)(x, job->map, g->n, ready, g->first, g->count,
                                  g->v + ready % job->parts * slice);
        }
        r.taps = 0;
        for (int32_t tap = 0; tap < r.slots; tap++) {
            ptrdiff_t source = d + tap - reach;
            if (source < 0 || source >= x->depth) { continue; }
            r.offset[r.taps] = source % job->parts * slice;
            r.slot[r.taps++] = tap;
        }
        for (ptrdiff_t ocb = 0; ocb < y->blocks; ocb++) {
            ptrdiff_t place = ocb * POSITIONS * x->blocks * job->parts;
            ptrdiff_t next = ocb == 0 && d + 1 < to ? ready : x->depth;
            TILE(winograd_products)(job, g, &r, job->weights + place * 256, g->m, next);
            TILE(winograd_scatter)(job, g, g->m, ocb, d);
        }
    }
}

// Slices [d, d + 4) of y, those that it has.
static void TILE(winograd_cube)(const TILE(winograd_job) * job, const TILE(winograd_group) * g,
                                ptrdiff_t d) {
    const vsdb_tensor *x = job->x, *y = job->y;
    ptrdiff_t slices = TILE(least)(4, y->depth - d);
    TILE(row) r = {.x_step = 16, .x_block = PLANE, .blocks = x->blocks, .valid = job->valid,
                   .taps = 1, .slots = 1, .next = POSITION};
    // The last part goes into the fourth slice alone, whose products nobody reads where y ends before.
    for (int part = 0; part < (slices == 4 ? VSDB_CUBES : VSDB_CUBES - 1); part++) {
        TILE(transform_part)(x, g->n, d - 1, part, g->first, g->count, g->v);
        for (ptrdiff_t ocb = 0; ocb < y->blocks; ocb++) {
            ptrdiff_t place = ocb * VSDB_CUBES + part;
            ptrdiff_t next = ocb == 0 && part >= 2 ? d + 3 + part : x->depth;
            TILE(winograd_products)(job, g, &r, job->weights + place * POSITIONS * x->blocks * 256,
                                    g->m + place * PLANE, next);
        }
    }
    for (ptrdiff_t ocb = 0; ocb < y->blocks; ocb++) {
        float *m = g->m + ocb * VSDB_CUBES * PLANE;
        TILE(cube_sums)(m, g->count);
        for (ptrdiff_t i = 0; i < slices; i++) {
            TILE(winograd_scatter)(job, g, m + i * PLANE, ocb, d + i);
        }
    }
}

// Slices of y that are made at a time.
static ptrdiff_t TILE(slices_at_once)(const TILE(winograd_job) * job) {
    return job->parts == VSDB_CUBES ? 4 : 1;
}

// Planes of scratch for V and M.
static ptrdiff_t TILE(planes_of_v)(const TILE(winograd_job) * job) {
    return job->x->blocks * (job->parts == VSDB_CUBES ? 1 : job->parts);
}

static ptrdiff_t TILE(planes_of_m)(const TILE(winograd_job) * job) {
    return job->parts == VSDB_CUBES ? VSDB_CUBES * job->y->blocks : 1;
}

// One group of tiles through one segment of slices.
static void TILE(winograd_part)(void *context, size_t index) {
    const TILE(winograd_job) *job = context;
    ptrdiff_t rest = (ptrdiff_t)index / job->groups, segment = rest % job->segments;
    TILE(tiling) tiling = TILE(tiling_of)(job->y);
    ptrdiff_t first = (ptrdiff_t)index % job->groups * job->group;
    ptrdiff_t of_v = PLANE * TILE(planes_of_v)(job);
    float *scratch = vsdb_thread_scratch((size_t)(of_v + PLANE * TILE(planes_of_m)(job)));
    TILE(winograd_group) g = {.n = rest / job->segments, .first = first,
                              .count = TILE(least)(job->group, tiling.down * tiling.across - first),
                              .v = scratch, .m = scratch + of_v};
    ptrdiff_t step = TILE(slices_at_once)(job), steps = (job->y->depth + step - 1) / step;
    ptrdiff_t from = steps * segment / job->segments, to = steps * (segment + 1) / job->segments;
    if (job->parts == VSDB_CUBES) {
        for (ptrdiff_t d = from * step; d < to * step; d += step) { TILE(winograd_cube)(job, &g, d); }
    } else {
        TILE(winograd_slices)(job, &g, from, to);
    }
    if (job->streams) { vsdb_drain_stores(); }
}

static void TILE(winograd_forward)(const vsdb_tensor *x, const vsdb_tensor *map, const vsdb_tensor *y,
                                   int32_t parts, const float *weights, const int32_t *valid,
                                   const float *bias, const float *slope, int32_t accumulate) {
    TILE(winograd_job) job = {x, map, y, parts, weights, valid, bias, slope, accumulate,
                              !accumulate && TILE(streams)(y), 0, 0, 1};
    TILE(tiling) tiling = TILE(tiling_of)(y);
    ptrdiff_t tiles = tiling.down * tiling.across;
    ptrdiff_t planes = TILE(planes_of_v)(&job) + TILE(planes_of_m)(&job);
    ptrdiff_t group = GROUP_FLOATS / (POSITIONS * 16 * planes) / LEAST_GROUP * LEAST_GROUP;
    job.group = group < LEAST_GROUP ? LEAST_GROUP : group > GROUP ? GROUP : group;
    job.groups = (tiles + job.group - 1) / job.group;
    // Where planes are small, slices are shared out, too; in stretches of four at least, of which all but
    // cubes transform the slices around them twice.
    ptrdiff_t work = job.groups * x->batch;
    if (work < 16) { job.segments = TILE(least)((16 + work - 1) / work, (y->depth + 3) / 4); }
    vsdb_parallel((size_t)(work * job.segments), TILE(winograd_part), &job);
}
