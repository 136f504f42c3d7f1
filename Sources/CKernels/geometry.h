// Addresses inside a tensor.
#ifndef VSDB_GEOMETRY_H
#define VSDB_GEOMETRY_H

#include "include/CKernels.h"

// The first voxel of row (n, block, d, h), h = -1 and h = height naming the border rows.
static inline float *vsdb_row(const vsdb_tensor *x, ptrdiff_t n, ptrdiff_t block, ptrdiff_t d,
                              ptrdiff_t h) {
    return x->data + n * x->image + block * x->block + d * x->plane + (h + 1) * x->row + x->lanes;
}

// A row counted through the batch: index = (n * depth + d) * height + h.
typedef struct {
    ptrdiff_t n, d, h;
} vsdb_row_index;

static inline vsdb_row_index vsdb_split_row(const vsdb_tensor *x, size_t index) {
    ptrdiff_t plane = (ptrdiff_t)index / x->height;
    return (vsdb_row_index){plane / x->depth, plane % x->depth, (ptrdiff_t)index % x->height};
}

static inline size_t vsdb_row_count(const vsdb_tensor *x) {
    return (size_t)x->batch * (size_t)x->depth * (size_t)x->height;
}

static inline size_t vsdb_plane_count(const vsdb_tensor *x) {
    return (size_t)x->batch * (size_t)x->depth;
}

#endif
