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

// condition ? a : b, lane by lane.
#define SELECT(condition, a, b) \
    ((vec16)((((mask16)(a)) & (condition)) | (((mask16)(b)) & ~(condition))))

#endif
