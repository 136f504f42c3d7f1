// All kernels of one instruction set. The including file defines TILE(name), which gives each
// function the variant's suffix, MAX_TILE (voxels per convolution tile), IC_STRIP (input channels
// per weight-gradient strip), LANES (floats of a register) and VARIANT_NAME.
#include <string.h>

#include "geometry.h"
#include "pool.h"
#include "variant.h"
#include "vector.h"

// Whether y is written past the caches. It is where one store fills a line of them and y outgrows a core's
// share of the last one: who reads it next finds it in memory anyway, and no line is read to be written.
enum { STREAMS = LANES == 16, LEAST_STREAMED = 4 * 1024 * 1024 };

INLINE int TILE(streams)(const vsdb_tensor *y) {
    return STREAMS && (uintptr_t)y->data % 64 == 0 &&
           y->batch * y->blocks * y->depth * y->plane >= LEAST_STREAMED;
}

#include "convolution.inc.h"
#include "weight_gradient.inc.h"
#include "winograd_transform.inc.h"
#include "winograd.inc.h"
#include "winograd_gradient.inc.h"
#include "pointwise.inc.h"

const vsdb_variant TABLE = {
    .name = VARIANT_NAME,
    .conv_forward = TILE(conv_forward),
    .conv_weight_gradient = TILE(conv_weight_gradient),
    .winograd_weights = TILE(winograd_weights),
    .winograd_forward = TILE(winograd_forward),
    .winograd_weight_gradient = TILE(winograd_weight_gradient),
    .conv_to_one_forward = TILE(conv_to_one_forward),
    .scalar_weight_gradient = TILE(scalar_weight_gradient),
    .upsample_forward = TILE(upsample_forward),
    .upsample_input_gradient = TILE(upsample_input_gradient),
    .upsample_weight_gradient = TILE(upsample_weight_gradient),
    .strided_gather = TILE(strided_gather),
    .strided_scatter = TILE(strided_scatter),
    .strided_weight_gradient = TILE(strided_weight_gradient),
    .channel_moments = TILE(channel_moments),
    .sigmoid = TILE(sigmoid),
    .relu_forward = TILE(relu_forward),
    .norm_prelu_forward = TILE(norm_prelu_forward),
    .norm_prelu_sums = TILE(norm_prelu_sums),
    .norm_prelu_backward = TILE(norm_prelu_backward),
    .relu_backward = TILE(relu_backward),
    .max_pool_forward = TILE(max_pool_forward),
    .max_pool_backward = TILE(max_pool_backward),
    .attend_forward = TILE(attend_forward),
    .attend_backward = TILE(attend_backward),
    .add = TILE(add),
};
