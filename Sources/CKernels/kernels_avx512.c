// The kernels for processors with AVX-512: 32 registers of sixteen floats.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), \
                             apply_to = function)
#pragma clang fp contract(fast)
#define TILE(name) name##_avx512
#define VARIANT_NAME "avx512"
#define TABLE vsdb_variant_avx512
#define MAX_TILE 24
#define IC_STRIP 8
#define LANES 16
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int vsdb_no_avx512;
#endif
