// The kernels for processors with AVX2 and FMA: 16 registers of eight floats.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#pragma clang fp contract(fast)
#define TILE(name) name##_avx2
#define VARIANT_NAME "avx2"
#define TABLE vsdb_variant_avx2
#define MAX_TILE 6
#define IC_STRIP 2
#define LANES 8
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int vsdb_no_avx2;
#endif
