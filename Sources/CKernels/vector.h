// Sixteen floats as one value. Clang maps it to one AVX-512 register, two of AVX2 or four of
// SSE/NEON, according to the target of the function it is inlined into.
#ifndef VSDB_VECTOR_H
#define VSDB_VECTOR_H

#include <stdint.h>

typedef float vec16 __attribute__((vector_size(64), aligned(64)));
typedef int32_t mask16 __attribute__((vector_size(64), aligned(64)));

// The same in memory at any address: weights come from arrays without our alignment.
typedef float loose16 __attribute__((vector_size(64), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

#define LOAD(pointer) ((vec16)(*(const loose16 *)(pointer)))
#define STORE(pointer, value) (*(loose16 *)(pointer) = (value))
#define SPLAT(x) ((vec16){(x), (x), (x), (x), (x), (x), (x), (x), \
                          (x), (x), (x), (x), (x), (x), (x), (x)})

// The sum of all lanes, in halves: a sum lane by lane would wait for each addition.
INLINE float vsdb_sum(vec16 x) {
    typedef float eight __attribute__((vector_size(32)));
    typedef float four __attribute__((vector_size(16)));
    eight a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    four b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
    four c = b + __builtin_shufflevector(b, b, 2, 3, 0, 1);
    return c[0] + c[1];
}

// condition ? a : b, lane by lane.
#define SELECT(condition, a, b) \
    ((vec16)((((mask16)(a)) & (condition)) | (((mask16)(b)) & ~(condition))))

#endif
