// Chooses the instruction set once, lends scratch to the kernels, and forwards.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "variant.h"

static pthread_mutex_t choice_lock = PTHREAD_MUTEX_INITIALIZER;
static const vsdb_variant *chosen;

static const vsdb_variant *find(const char *name) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    int narrow = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (wide && (name == NULL || strcmp(name, "avx512") == 0)) { return &vsdb_variant_avx512; }
    if (narrow && (name == NULL || strcmp(name, "avx2") == 0)) { return &vsdb_variant_avx2; }
#endif
    if (name == NULL || strcmp(name, "portable") == 0) { return &vsdb_variant_portable; }
    return NULL;
}

static const vsdb_variant *variant(void) {
    pthread_mutex_lock(&choice_lock);
    if (chosen == NULL) {
        const char *wish = getenv("VSDB_ISA");
        chosen = wish ? find(wish) : NULL;
        if (chosen == NULL) { chosen = find(NULL); }
    }
    const vsdb_variant *result = chosen;
    pthread_mutex_unlock(&choice_lock);
    return result;
}

const char *vsdb_isa_name(void) { return variant()->name; }

int32_t vsdb_set_isa(const char *name) {
    const vsdb_variant *wish = find(name);
    if (wish == NULL) { return -1; }
    pthread_mutex_lock(&choice_lock);
    chosen = wish;
    pthread_mutex_unlock(&choice_lock);
    return 0;
}

// Kept per calling thread and grown as needed. Losing the process to an empty heap here is the same
// as losing it anywhere else in a layer, so abort says it plainly.
typedef struct {
    float *memory;
    size_t capacity;
} loan;

static float *grown(loan *scratch, size_t floats) {
    if (floats > scratch->capacity) {
        free(scratch->memory);
        scratch->memory = aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64);
        scratch->capacity = scratch->memory ? floats : 0;
        if (scratch->memory == NULL) { abort(); }
    }
    return scratch->memory;
}

float *vsdb_thread_scratch(size_t floats) {
    static _Thread_local loan scratch;
    return grown(&scratch, floats);
}

float *vsdb_shared_scratch(size_t floats) {
    static _Thread_local loan scratch;
    return grown(&scratch, floats);
}

// Cleared scratch for partial sums.
static double *scratch(size_t count) {
    return memset(vsdb_shared_scratch(2 * count), 0, count * sizeof(double));
}

enum { CHUNKS = 8 };

static size_t taps(vsdb_extent k) { return (size_t)k.depth * (size_t)k.height * (size_t)k.width; }

static size_t pairs(const vsdb_tensor *x, const vsdb_tensor *y) {
    return (size_t)x->blocks * (size_t)y->blocks;
}

static size_t planes(const vsdb_tensor *x) {
    return (size_t)x->batch * (size_t)x->depth * (size_t)x->blocks;
}

void vsdb_conv_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                           const float *weights, const int32_t *in_valid, const float *bias,
                           const float *slope, int32_t accumulate) {
    variant()->conv_forward(x, y, kernel, weights, in_valid, bias, slope, accumulate);
}

void vsdb_conv_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy, vsdb_extent kernel,
                                   const int32_t *in_valid, float *dw) {
    double *partial = scratch(CHUNKS * pairs(x, dy) * taps(kernel) * 256);
    variant()->conv_weight_gradient(x, dy, kernel, in_valid, dw, partial);
}

size_t vsdb_winograd_weight_count(int32_t in_blocks, int32_t out_blocks, int32_t parts) {
    return 36 * 256 * (size_t)in_blocks * (size_t)out_blocks * (size_t)parts;
}

void vsdb_winograd_weights_f32(const float *weights, int32_t in_blocks, int32_t out_blocks,
                               int32_t parts, float *transformed) {
    variant()->winograd_weights(weights, in_blocks, out_blocks, parts, transformed);
}

void vsdb_winograd_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, int32_t parts,
                               const float *transformed, const int32_t *in_valid,
                               const float *bias, const float *slope, int32_t accumulate) {
    variant()->winograd_forward(x, NULL, y, parts, transformed, in_valid, bias, slope, accumulate);
}

void vsdb_winograd_attended_f32(const vsdb_tensor *x, const vsdb_tensor *map, const vsdb_tensor *y,
                                const float *transformed, const int32_t *in_valid, const float *bias,
                                const float *slope) {
    variant()->winograd_forward(x, map, y, 1, transformed, in_valid, bias, slope, 0);
}

void vsdb_winograd_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy, int32_t depth,
                                       float *dw) {
    variant()->winograd_weight_gradient(x, dy, depth, dw);
}

void vsdb_conv_to_one_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                                  const float *weights, float bias) {
    variant()->conv_to_one_forward(x, y, kernel, weights, bias);
}

void vsdb_scalar_weight_gradient_f32(const vsdb_tensor *scalar, const vsdb_tensor *vector,
                                     vsdb_extent kernel, int32_t flip, float *dw) {
    double *partial = scratch(CHUNKS * (size_t)vector->blocks * taps(kernel) * 16);
    variant()->scalar_weight_gradient(scalar, vector, kernel, flip, dw, partial);
}

void vsdb_upsample_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent stride,
                               const float *weights, const int32_t *in_valid, const float *bias,
                               const float *slope) {
    variant()->upsample_forward(x, y, stride, weights, in_valid, bias, slope);
}

void vsdb_upsample_input_gradient_f32(const vsdb_tensor *dy, const vsdb_tensor *dx,
                                      vsdb_extent stride, const float *weights,
                                      const int32_t *out_valid) {
    variant()->upsample_input_gradient(dy, dx, stride, weights, out_valid);
}

void vsdb_upsample_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy,
                                       vsdb_extent stride, const int32_t *in_valid, float *dw) {
    double *partial = scratch(CHUNKS * pairs(x, dy) * taps(stride) * 256);
    variant()->upsample_weight_gradient(x, dy, stride, in_valid, dw, partial);
}

void vsdb_strided_gather_f32(const vsdb_tensor *fine, const vsdb_tensor *coarse, vsdb_extent kernel,
                             vsdb_extent stride, const float *weights, const int32_t *fine_valid,
                             const float *bias, const float *slope, int32_t accumulate) {
    variant()->strided_gather(fine, coarse, kernel, stride, weights, fine_valid, bias, slope,
                              accumulate);
}

void vsdb_strided_scatter_f32(const vsdb_tensor *coarse, const vsdb_tensor *fine,
                              vsdb_extent kernel, vsdb_extent stride, const float *weights,
                              const int32_t *coarse_valid, const float *bias, const float *slope,
                              int32_t accumulate) {
    variant()->strided_scatter(coarse, fine, kernel, stride, weights, coarse_valid, bias, slope,
                               accumulate);
}

void vsdb_strided_weight_gradient_f32(const vsdb_tensor *fine, const vsdb_tensor *coarse,
                                      vsdb_extent kernel, vsdb_extent stride,
                                      const int32_t *fine_valid, float *dw) {
    double *partial = scratch(CHUNKS * pairs(fine, coarse) * taps(kernel) * 256);
    variant()->strided_weight_gradient(fine, coarse, kernel, stride, fine_valid, dw, partial);
}

void vsdb_channel_moments_f32(const vsdb_tensor *x, double *sum, double *sum_of_squares) {
    variant()->channel_moments(x, sum, sum_of_squares, scratch(planes(x) * 32));
}

void vsdb_channel_sums_f32(const vsdb_tensor *x, double *sum) {
    variant()->channel_moments(x, sum, NULL, scratch(planes(x) * 32));
}

void vsdb_sigmoid_f32(const vsdb_tensor *x) { variant()->sigmoid(x); }

void vsdb_relu_forward_f32(const vsdb_tensor *x) { variant()->relu_forward(x); }

void vsdb_norm_prelu_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_norm norm) {
    variant()->norm_prelu_forward(x, y, norm);
}

void vsdb_norm_prelu_sums_f32(const vsdb_tensor *x, const vsdb_tensor *dy, vsdb_norm norm,
                              double *sum_dz, double *sum_dz_xhat, double *sum_slope) {
    variant()->norm_prelu_sums(x, dy, norm, sum_dz, sum_dz_xhat, sum_slope,
                               scratch(planes(x) * 48));
}

void vsdb_norm_prelu_backward_f32(const vsdb_tensor *x, const vsdb_tensor *dy,
                                  const vsdb_tensor *dx, vsdb_norm norm, const float *k,
                                  const float *a, const float *b) {
    variant()->norm_prelu_backward(x, dy, dx, norm, k, a, b);
}

void vsdb_relu_backward_f32(const vsdb_tensor *y, const vsdb_tensor *dy) {
    variant()->relu_backward(y, dy);
}

void vsdb_max_pool_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent stride) {
    variant()->max_pool_forward(x, y, stride);
}

void vsdb_max_pool_backward_f32(const vsdb_tensor *x, const vsdb_tensor *y, const vsdb_tensor *dy,
                                const vsdb_tensor *dx, vsdb_extent stride) {
    variant()->max_pool_backward(x, y, dy, dx, stride);
}

void vsdb_attend_forward_f32(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                             const vsdb_tensor *y) {
    variant()->attend_forward(x, a, residual, y);
}

void vsdb_attend_backward_f32(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                              const vsdb_tensor *dy, const vsdb_tensor *dx,
                              const vsdb_tensor *da) {
    variant()->attend_backward(x, a, residual, dy, dx, da);
}

void vsdb_add_f32(const vsdb_tensor *x, const vsdb_tensor *y) { variant()->add(x, y); }
