// The table of one instruction set's kernels. `partial` is scratch the caller provides.
#ifndef VSDB_VARIANT_H
#define VSDB_VARIANT_H

#include "include/CKernels.h"

typedef struct {
    const char *name;
    void (*conv_forward)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent, const float *,
                         const int32_t *, const float *, const float *, int32_t);
    void (*conv_weight_gradient)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent,
                                 const int32_t *, float *, double *);
    void (*winograd_weights)(const float *, int32_t, int32_t, int32_t, float *);
    void (*winograd_forward)(const vsdb_tensor *, const vsdb_tensor *, const vsdb_tensor *, int32_t,
                             const float *, const int32_t *, const float *, const float *, int32_t);
    void (*winograd_weight_gradient)(const vsdb_tensor *, const vsdb_tensor *, int32_t, float *);
    void (*conv_to_one_forward)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent,
                                const float *, float);
    void (*scalar_weight_gradient)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent, int32_t,
                                   float *, double *);
    void (*upsample_forward)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent, const float *,
                             const int32_t *, const float *, const float *);
    void (*upsample_input_gradient)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent,
                                    const float *, const int32_t *);
    void (*upsample_weight_gradient)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent,
                                     const int32_t *, float *, double *);
    void (*strided_gather)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent, vsdb_extent,
                           const float *, const int32_t *, const float *, const float *, int32_t);
    void (*strided_scatter)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent, vsdb_extent,
                            const float *, const int32_t *, const float *, const float *, int32_t);
    void (*strided_weight_gradient)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent,
                                    vsdb_extent, const int32_t *, float *, double *);
    void (*channel_moments)(const vsdb_tensor *, double *, double *, double *);
    void (*sigmoid)(const vsdb_tensor *);
    void (*relu_forward)(const vsdb_tensor *);
    void (*norm_prelu_forward)(const vsdb_tensor *, const vsdb_tensor *, vsdb_norm);
    void (*norm_prelu_sums)(const vsdb_tensor *, const vsdb_tensor *, vsdb_norm, double *,
                            double *, double *, double *);
    void (*norm_prelu_backward)(const vsdb_tensor *, const vsdb_tensor *, const vsdb_tensor *,
                                vsdb_norm, const float *, const float *, const float *);
    void (*relu_backward)(const vsdb_tensor *, const vsdb_tensor *);
    void (*max_pool_forward)(const vsdb_tensor *, const vsdb_tensor *, vsdb_extent);
    void (*max_pool_backward)(const vsdb_tensor *, const vsdb_tensor *, const vsdb_tensor *,
                              const vsdb_tensor *, vsdb_extent);
    void (*attend_forward)(const vsdb_tensor *, const vsdb_tensor *, float, const vsdb_tensor *);
    void (*attend_backward)(const vsdb_tensor *, const vsdb_tensor *, float, const vsdb_tensor *,
                            const vsdb_tensor *, const vsdb_tensor *);
    void (*add)(const vsdb_tensor *, const vsdb_tensor *);
} vsdb_variant;

// Memory of the calling thread, not cleared, aligned to a cache line, valid until its next call: for a
// task's own use, and for what a kernel lends to its tasks.
float *vsdb_thread_scratch(size_t floats);
float *vsdb_shared_scratch(size_t floats);

extern const vsdb_variant vsdb_variant_portable;
#if defined(__x86_64__)
extern const vsdb_variant vsdb_variant_avx2, vsdb_variant_avx512;
#endif

#endif
