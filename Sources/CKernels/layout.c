// Conversions between plain arrays and channel blocks, and what needs no vectors of its own.
#include <math.h>
#include <string.h>

#include "geometry.h"
#include "pool.h"

typedef struct {
    const vsdb_tensor *x;
    const float *source;
    float *target;
    int32_t channels;
} layout_job;

void vsdb_clear_f32(const vsdb_tensor *x) {
    size_t size = (size_t)x->depth * (size_t)x->plane * sizeof(float);
    for (int32_t n = 0; n < x->batch; n++) {
        for (int32_t block = 0; block < x->blocks; block++) {
            memset(x->data + n * x->image + block * x->block, 0, size);
        }
    }
}

typedef struct {
    const vsdb_tensor *from, *to;
} copy_job;

static void copy_plane(void *context, size_t index) {
    const copy_job *job = context;
    const vsdb_tensor *x = job->from, *y = job->to;
    ptrdiff_t block = (ptrdiff_t)index % x->blocks, plane = (ptrdiff_t)index / x->blocks;
    ptrdiff_t n = plane / x->depth, d = plane % x->depth;
    memcpy(y->data + n * y->image + block * y->block + d * y->plane,
           x->data + n * x->image + block * x->block + d * x->plane,
           (size_t)x->plane * sizeof(float));
}

void vsdb_copy_f32(const vsdb_tensor *x, const vsdb_tensor *y) {
    copy_job job = {x, y};
    vsdb_parallel(vsdb_plane_count(x) * (size_t)x->blocks, copy_plane, &job);
}

static void clear_border_plane(void *context, size_t index) {
    const vsdb_tensor *x = context;
    ptrdiff_t block = (ptrdiff_t)index % x->blocks, plane = (ptrdiff_t)index / x->blocks;
    ptrdiff_t n = plane / x->depth, d = plane % x->depth;
    float *start = x->data + n * x->image + block * x->block + d * x->plane;
    size_t voxel = (size_t)x->lanes * sizeof(float), row = (size_t)x->row * sizeof(float);
    memset(start, 0, row);
    memset(start + (x->height + 1) * x->row, 0, row);
    for (ptrdiff_t h = 1; h <= x->height; h++) {
        memset(start + h * x->row, 0, voxel);
        memset(start + h * x->row + (x->width + 1) * x->lanes, 0, voxel);
    }
}

void vsdb_clear_border_f32(const vsdb_tensor *x) {
    vsdb_parallel(vsdb_plane_count(x) * (size_t)x->blocks, clear_border_plane, (void *)x);
}

static void pack_scalar_row(void *context, size_t index) {
    const layout_job *job = context;
    vsdb_row_index at = vsdb_split_row(job->x, index);
    memcpy(vsdb_row(job->x, at.n, 0, at.d, at.h), job->source + index * (size_t)job->x->width,
           (size_t)job->x->width * sizeof(float));
}

void vsdb_pack_scalar_f32(const float *plain, const vsdb_tensor *x) {
    layout_job job = {.x = x, .source = plain};
    vsdb_parallel(vsdb_row_count(x), pack_scalar_row, &job);
}

static void unpack_scalar_row(void *context, size_t index) {
    const layout_job *job = context;
    vsdb_row_index at = vsdb_split_row(job->x, index);
    memcpy(job->target + index * (size_t)job->x->width, vsdb_row(job->x, at.n, 0, at.d, at.h),
           (size_t)job->x->width * sizeof(float));
}

void vsdb_unpack_scalar_f32(const vsdb_tensor *x, float *plain) {
    layout_job job = {.x = x, .target = plain};
    vsdb_parallel(vsdb_row_count(x), unpack_scalar_row, &job);
}

// The place of row (n, channel, d, h) in a plain [N][C][D][H][W] array.
static size_t plain_row(const layout_job *job, vsdb_row_index at, int32_t channel) {
    const vsdb_tensor *x = job->x;
    size_t image = (size_t)at.n * (size_t)job->channels + (size_t)channel;
    size_t plane = image * (size_t)x->depth + (size_t)at.d;
    return (plane * (size_t)x->height + (size_t)at.h) * (size_t)x->width;
}

static void unpack_channels_row(void *context, size_t index) {
    const layout_job *job = context;
    const vsdb_tensor *x = job->x;
    vsdb_row_index at = vsdb_split_row(x, index);
    for (int32_t channel = 0; channel < job->channels; channel++) {
        const float *from = vsdb_row(x, at.n, channel / 16, at.d, at.h) + channel % 16;
        float *to = job->target + plain_row(job, at, channel);
        for (int32_t w = 0; w < x->width; w++) { to[w] = from[w * 16]; }
    }
}

void vsdb_unpack_channels_f32(const vsdb_tensor *x, int32_t channels, float *plain) {
    layout_job job = {.x = x, .target = plain, .channels = channels};
    vsdb_parallel(vsdb_row_count(x), unpack_channels_row, &job);
}

static void pack_channels_row(void *context, size_t index) {
    const layout_job *job = context;
    const vsdb_tensor *x = job->x;
    vsdb_row_index at = vsdb_split_row(x, index);
    for (int32_t block = 0; block < x->blocks; block++) {
        float *to = vsdb_row(x, at.n, block, at.d, at.h);
        memset(to, 0, (size_t)x->width * 16 * sizeof(float));
    }
    for (int32_t channel = 0; channel < job->channels; channel++) {
        float *to = vsdb_row(x, at.n, channel / 16, at.d, at.h) + channel % 16;
        const float *from = job->source + plain_row(job, at, channel);
        for (int32_t w = 0; w < x->width; w++) { to[w * 16] = from[w]; }
    }
}

void vsdb_pack_channels_f32(const float *plain, int32_t channels, const vsdb_tensor *x) {
    layout_job job = {.x = x, .source = plain, .channels = channels};
    vsdb_parallel(vsdb_row_count(x), pack_channels_row, &job);
}

static void foreground_row(void *context, size_t index) {
    const layout_job *job = context;
    vsdb_row_index at = vsdb_split_row(job->x, index);
    const float *row = vsdb_row(job->x, at.n, 0, at.d, at.h);
    float *out = job->target + index * (size_t)job->x->width;
    for (int32_t w = 0; w < job->x->width; w++) {
        out[w] = 1.0f / (1.0f + expf(row[w * 16] - row[w * 16 + 1]));
    }
}

void vsdb_foreground_probability_f32(const vsdb_tensor *logits, float *plain) {
    layout_job job = {.x = logits, .target = plain};
    vsdb_parallel(vsdb_row_count(logits), foreground_row, &job);
}
