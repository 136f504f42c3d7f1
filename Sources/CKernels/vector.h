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

#define UNROLL(COUNT) _Pragma("clang loop unroll(full)") for (int i = 0; i < COUNT; i++)

// Waits until what was written past the caches can be seen by other threads.
INLINE void vsdb_drain_stores(void) {
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}

// The sums of all lanes of four values, in halves, the last two steps for all four at once.
typedef float vec4 __attribute__((vector_size(16)));

INLINE vec4 vsdb_quarters(vec16 x) {
    typedef float eight __attribute__((vector_size(32)));
    eight a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
}

INLINE vec4 vsdb_sums(const vec16 x[4]) {
    vec4 a = vsdb_quarters(x[0]), b = vsdb_quarters(x[1]);
    vec4 c = vsdb_quarters(x[2]), d = vsdb_quarters(x[3]);
    vec4 p = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
    vec4 q = __builtin_shufflevector(c, d, 0, 1, 4, 5) + __builtin_shufflevector(c, d, 2, 3, 6, 7);
    return __builtin_shufflevector(p, q, 0, 2, 4, 6) + __builtin_shufflevector(p, q, 1, 3, 5, 7);
}

// Eight doubles, from floats at any address and back.
typedef double vec8 __attribute__((vector_size(64), aligned(64)));
typedef float loose8 __attribute__((vector_size(32), aligned(4)));

INLINE vec8 vsdb_widened(const float *x) {
    return __builtin_convertvector(*(const loose8 *)x, vec8);
}

INLINE void vsdb_narrow(vec8 x, float *to) { *(loose8 *)to = __builtin_convertvector(x, loose8); }

// condition ? a : b, lane by lane.
#define SELECT(condition, a, b) \
    ((vec16)((((mask16)(a)) & (condition)) | (((mask16)(b)) & ~(condition))))

// exp(x), rounded to float32 from float64; past 88.7 infinity, NaN stays. With x = n ln 2 + r, 2^n goes
// into the exponent's bits, and exp(r) is its series.
INLINE vec16 vsdb_exp(vec16 x) {
    typedef double wide16 __attribute__((vector_size(128)));
    typedef int64_t bits16 __attribute__((vector_size(128)));
    x = SELECT(x < -200.0f, SPLAT(-200.0f), x);
    x = SELECT(x > 200.0f, SPLAT(200.0f), x);
    wide16 wide = __builtin_convertvector(x, wide16);
    const double round = 6755399441055744.0; // 1.5 * 2^52: adding it leaves no bit for a fraction
    wide16 shifted = wide * 1.4426950408889634 + round;
    wide16 r = wide - (shifted - round) * 0.69314718055994531;
    wide16 p = r * (1.0 / 9) + 1.0;
    p = p * r * (1.0 / 8) + 1.0;
    p = p * r * (1.0 / 7) + 1.0;
    p = p * r * (1.0 / 6) + 1.0;
    p = p * r * (1.0 / 5) + 1.0;
    p = p * r * (1.0 / 4) + 1.0;
    p = p * r * (1.0 / 3) + 1.0;
    p = p * r * (1.0 / 2) + 1.0;
    p = p * r + 1.0;
    return __builtin_convertvector((wide16)((bits16)p + ((bits16)shifted << 52)), vec16);
}

#endif
