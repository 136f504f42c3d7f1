// The numerical kernels of vsdb: thread pool, tensors in channel blocks, and the operations of the
// network, forward and backward. Every operation exists for AVX-512, AVX2 with FMA, and portable C;
// the variant is chosen once, at the first call (VSDB_ISA=avx512|avx2|portable overrides).
#ifndef VSDB_CKERNELS_H
#define VSDB_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { VSDB_LANES = 16 };

// Activations [N][B][D][H+2][W+2][lanes]: B blocks of 16 channels (or one channel, lanes = 1), with
// a border of one zero voxel in the plane, so that no kernel tests for an edge there. `data` is the
// first float of the border; strides are in floats.
typedef struct vsdb_tensor {
    float *data;
    int32_t batch, blocks, lanes, depth, height, width;
    ptrdiff_t row, plane, block, image;
} vsdb_tensor;

// Kernel size; the same numbers are the stride of a transposed convolution.
typedef struct vsdb_extent {
    int32_t depth, height, width;
} vsdb_extent;

// --- Threads and instruction sets -----------------------------------------------------------

// The number of threads for the regions that follow; 0 asks for one per processor.
// One region runs at a time; callers on other threads wait.
void vsdb_set_threads(int32_t count);
int32_t vsdb_threads(void);

// The variant in use: "avx512", "avx2" or "portable".
const char *vsdb_isa_name(void);
// Chooses a variant by name; returns 0, or -1 where this processor lacks it.
int32_t vsdb_set_isa(const char *name);

// --- Convolution ----------------------------------------------------------------------------

// Weights packed [ocb][icb][tap][16 ic][16 oc]. `in_valid[icb]` is the number of channels of the
// block that are real; the others are skipped.

// y = act(conv(x) + bias), stride 1, zero padding of half the kernel. `bias` and `slope` may be
// null (slope: PReLU per channel; zeros give ReLU). With `accumulate`, y += conv(x) + bias.
void vsdb_conv_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                           const float *weights, const int32_t *in_valid, const float *bias,
                           const float *slope, int32_t accumulate);

// dw (packed as above) from x and dy; overwrites dw.
void vsdb_conv_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy, vsdb_extent kernel,
                                   const int32_t *in_valid, float *dw);

// The same for kernels of 3 x 3 in the plane by Winograd's F(4x4, 3x3), from weights transformed once
// for as many `parts`: 1 for one tap in depth; for three taps 3, each with its own products, or
// VSDB_CUBES for F(4, 3) along the depth too, half of the products for four slices. x must have 16
// lanes. Within 1e-5 of y's scale of the direct sum.
enum { VSDB_CUBES = 6 };
size_t vsdb_winograd_weight_count(int32_t in_blocks, int32_t out_blocks, int32_t parts);
void vsdb_winograd_weights_f32(const float *weights, int32_t in_blocks, int32_t out_blocks,
                               int32_t parts, float *transformed);
void vsdb_winograd_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, int32_t parts,
                               const float *transformed, const int32_t *in_valid,
                               const float *bias, const float *slope, int32_t accumulate);
// The same of x (1 + map) for one tap in depth; map has one lane and a border of zeros.
void vsdb_winograd_attended_f32(const vsdb_tensor *x, const vsdb_tensor *map, const vsdb_tensor *y,
                                const float *transformed, const int32_t *in_valid, const float *bias,
                                const float *slope);
// dw as above, for 1 or 3 taps in depth.
void vsdb_winograd_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy, int32_t depth,
                                       float *dw);

// C channels to one: y (lanes 1) = sum of weights [icb][tap][16] times x, plus bias.
void vsdb_conv_to_one_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent kernel,
                                  const float *weights, float bias);

// dw[icb][tap][16] = sum over voxels of scalar[p + offset(tap)] * vector[p]. With `flip` the
// offsets are negated: the weight gradient of a convolution to one channel (scalar = dy).
void vsdb_scalar_weight_gradient_f32(const vsdb_tensor *scalar, const vsdb_tensor *vector,
                                     vsdb_extent kernel, int32_t flip, float *dw);

// Transposed convolution whose kernel equals its stride. Weights [tap][ocb][icb][16 ic][16 oc].
void vsdb_upsample_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent stride,
                               const float *weights, const int32_t *in_valid, const float *bias,
                               const float *slope);
// dx from dy. Weights packed [icb of x][ocb][tap][16 oc][16 ic].
void vsdb_upsample_input_gradient_f32(const vsdb_tensor *dy, const vsdb_tensor *dx,
                                      vsdb_extent stride, const float *weights,
                                      const int32_t *out_valid);
// dw[tap][ocb][icb][16 ic][16 oc].
void vsdb_upsample_weight_gradient_f32(const vsdb_tensor *x, const vsdb_tensor *dy,
                                       vsdb_extent stride, const int32_t *in_valid, float *dw);

// Strided convolution with zero padding of half the kernel: fine[stride * p + tap - kernel / 2]
// meets coarse[p]. The fine sides are stride times the coarse ones; every side of the kernel is odd,
// and along each axis at most one longer than the stride.
//
// Gather: coarse = act(sum over taps + bias), weights packed [coarse block][fine block][tap][16
// fine][16 coarse]. Scatter: its transpose, fine from coarse, weights packed [fine block][coarse
// block][tap][16 coarse][16 fine]. Each is the other's data gradient.
void vsdb_strided_gather_f32(const vsdb_tensor *fine, const vsdb_tensor *coarse, vsdb_extent kernel,
                             vsdb_extent stride, const float *weights, const int32_t *fine_valid,
                             const float *bias, const float *slope, int32_t accumulate);
void vsdb_strided_scatter_f32(const vsdb_tensor *coarse, const vsdb_tensor *fine,
                              vsdb_extent kernel, vsdb_extent stride, const float *weights,
                              const int32_t *coarse_valid, const float *bias, const float *slope,
                              int32_t accumulate);
// The weight gradient of both: dw[coarse block][fine block][tap][16 fine][16 coarse].
void vsdb_strided_weight_gradient_f32(const vsdb_tensor *fine, const vsdb_tensor *coarse,
                                      vsdb_extent kernel, vsdb_extent stride,
                                      const int32_t *fine_valid, float *dw);

// --- Normalisation and activation -----------------------------------------------------------

// Sum and sum of squares of each of the 16 * blocks channels, in double.
void vsdb_channel_moments_f32(const vsdb_tensor *x, double *sum, double *sum_of_squares);
// Sum of each channel.
void vsdb_channel_sums_f32(const vsdb_tensor *x, double *sum);
// x = max(x, 0), in place.
void vsdb_relu_forward_f32(const vsdb_tensor *x);

// Per channel: y = prelu(gamma * (x - mean) * inverse_deviation + beta); x and y may be the same.
typedef struct vsdb_norm {
    const float *mean, *inverse_deviation, *gamma, *beta, *slope;
} vsdb_norm;
void vsdb_norm_prelu_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_norm norm);

// Its backward; dy is the gradient of y. First pass, per channel: sum of dz, of dz * xhat, and of
// dy * z where z <= 0.
void vsdb_norm_prelu_sums_f32(const vsdb_tensor *x, const vsdb_tensor *dy, vsdb_norm norm,
                              double *sum_dz, double *sum_dz_xhat, double *sum_slope);
// Second pass: dx = k * (dz - a - xhat * b); dx may be dy.
void vsdb_norm_prelu_backward_f32(const vsdb_tensor *x, const vsdb_tensor *dy,
                                  const vsdb_tensor *dx, vsdb_norm norm, const float *k,
                                  const float *a, const float *b);

// dx = dy where y > 0, else 0; in place on dy.
void vsdb_relu_backward_f32(const vsdb_tensor *y, const vsdb_tensor *dy);
// y = 1 / (1 + exp(-x)) on a one-channel tensor, in place; the border stays zero.
void vsdb_sigmoid_f32(const vsdb_tensor *x);

// --- Pooling, attention, sums ---------------------------------------------------------------

void vsdb_max_pool_forward_f32(const vsdb_tensor *x, const vsdb_tensor *y, vsdb_extent stride);
// dx += dy at the first maximum of each cell.
void vsdb_max_pool_backward_f32(const vsdb_tensor *x, const vsdb_tensor *y, const vsdb_tensor *dy,
                                const vsdb_tensor *dx, vsdb_extent stride);

// y = x * (a + residual), a of one channel; x and y may be the same.
void vsdb_attend_forward_f32(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                             const vsdb_tensor *y);
// dx = dy * (a + residual), da = sum over channels of dy * x; dx may be dy.
void vsdb_attend_backward_f32(const vsdb_tensor *x, const vsdb_tensor *a, float residual,
                              const vsdb_tensor *dy, const vsdb_tensor *dx, const vsdb_tensor *da);
// y += x.
void vsdb_add_f32(const vsdb_tensor *x, const vsdb_tensor *y);

// --- Layout ---------------------------------------------------------------------------------

// Sets the border of a tensor to zero.
void vsdb_clear_border_f32(const vsdb_tensor *x);
// Sets everything to zero.
void vsdb_clear_f32(const vsdb_tensor *x);
// y = x, borders too.
void vsdb_copy_f32(const vsdb_tensor *x, const vsdb_tensor *y);
// Plain [N][D][H][W] into a one-channel tensor, and back.
void vsdb_pack_scalar_f32(const float *plain, const vsdb_tensor *x);
void vsdb_unpack_scalar_f32(const vsdb_tensor *x, float *plain);
// Plain [N][C][D][H][W] from the first C channels of a blocked tensor, and back (others zero).
void vsdb_unpack_channels_f32(const vsdb_tensor *x, int32_t channels, float *plain);
void vsdb_pack_channels_f32(const float *plain, int32_t channels, const vsdb_tensor *x);
// exp(x1) / (exp(x0) + exp(x1)) of the first two channels, into plain [N][D][H][W].
void vsdb_foreground_probability_f32(const vsdb_tensor *logits, float *plain);

#endif
