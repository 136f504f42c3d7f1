// The kernels that a processor without AVX runs, against sums in double precision written out here:
// ordinary and Winograd convolution, its weight gradient, and convolution to one channel. Exits with 1
// where one differs by more than its tolerance.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

enum { DEPTH = 9, HEIGHT = 18, WIDTH = 22, BLOCKS = 2, CHANNELS = 16 * BLOCKS };

static float noise(void) {
    static unsigned long long state = 1;
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (float)((double)(state >> 40) / (1 << 24) - 0.5);
}

static float *fill(size_t count) {
    float *values = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
    if (!values) { exit(2); }
    for (size_t i = 0; i < count; i++) { values[i] = noise(); }
    return values;
}

static vsdb_tensor tensor(int32_t blocks, int32_t lanes, int empty) {
    vsdb_tensor t = {.batch = 1, .blocks = blocks, .lanes = lanes, .depth = DEPTH, .height = HEIGHT,
                     .width = WIDTH};
    t.row = (WIDTH + 2) * lanes;
    t.plane = (HEIGHT + 2) * t.row;
    t.block = DEPTH * t.plane;
    t.image = blocks * t.block;
    t.data = fill((size_t)t.image);
    if (empty) { memset(t.data, 0, (size_t)t.image * sizeof(float)); }
    vsdb_clear_border_f32(&t);
    return t;
}

// Channel c of voxel (d, h, w); zero outside.
static double at(const vsdb_tensor *t, int c, int d, int h, int w) {
    if (d < 0 || d >= t->depth) { return 0; }
    return t->data[c / 16 * t->block + d * t->plane + (h + 1) * t->row + (w + 1) * t->lanes + c % 16];
}

// Of packed weights [ocb][icb][tap][16 ic][16 oc].
static size_t place(int taps, int o, int i, int tap) {
    return (((size_t)(o / 16 * BLOCKS + i / 16) * (size_t)taps + (size_t)tap) * 16 + (size_t)(i % 16)) * 16 +
           (size_t)(o % 16);
}

static int failures;

static void report(const char *name, double error, double scale, double tolerance) {
    int good = error <= tolerance * scale;
    printf("%-40s %.1e of the scale, at most %.0e  %s\n", name, error / scale, tolerance,
           good ? "ok" : "WRONG");
    failures += !good;
}

static void compare(const char *name, const vsdb_tensor *x, const vsdb_tensor *y, int depth,
                    const float *weights, double tolerance) {
    int taps = depth * 9;
    double error = 0, scale = 0;
    for (int d = 0; d < DEPTH; d++) for (int h = 0; h < HEIGHT; h++) for (int w = 0; w < WIDTH; w++) {
        for (int o = 0; o < CHANNELS; o++) {
            double sum = 0;
            for (int tap = 0; tap < taps; tap++) for (int i = 0; i < CHANNELS; i++) {
                sum += weights[place(taps, o, i, tap)] *
                       at(x, i, d + tap / 9 - depth / 2, h + tap / 3 % 3 - 1, w + tap % 3 - 1);
            }
            error = fmax(error, fabs(sum - at(y, o, d, h, w)));
            scale = fmax(scale, fabs(sum));
        }
    }
    report(name, error, scale, tolerance);
}

static void compare_gradient(const char *name, const vsdb_tensor *x, const vsdb_tensor *dy, int depth,
                             const float *dw, double tolerance) {
    int taps = depth * 9;
    double error = 0, scale = 0;
    for (int tap = 0; tap < taps; tap++) for (int o = 0; o < CHANNELS; o++) for (int i = 0; i < CHANNELS; i++) {
        double sum = 0;
        for (int d = 0; d < DEPTH; d++) for (int h = 0; h < HEIGHT; h++) for (int w = 0; w < WIDTH; w++) {
            sum += at(dy, o, d, h, w) *
                   at(x, i, d + tap / 9 - depth / 2, h + tap / 3 % 3 - 1, w + tap % 3 - 1);
        }
        error = fmax(error, fabs(sum - dw[place(taps, o, i, tap)]));
        scale = fmax(scale, fabs(sum));
    }
    report(name, error, scale, tolerance);
}

int main(void) {
    printf("kernels: %s\n", vsdb_isa_name());
    vsdb_tensor x = tensor(BLOCKS, 16, 0), y = tensor(BLOCKS, 16, 1), dy = tensor(BLOCKS, 16, 0);
    const int32_t valid[BLOCKS] = {16, 16};
    for (int depth = 1; depth <= 3; depth += 2) {
        size_t count = (size_t)(CHANNELS * CHANNELS * depth * 9);
        float *weights = fill(count), *dw = fill(count);
        vsdb_extent kernel = {depth, 3, 3};
        char name[64];
        vsdb_conv_forward_f32(&x, &y, kernel, weights, valid, NULL, NULL, 0);
        snprintf(name, sizeof name, "%dx3x3, summed directly", depth);
        compare(name, &x, &y, depth, weights, 1e-5);
        for (int32_t parts = depth; parts <= (depth == 1 ? 1 : VSDB_CUBES); parts += 3) {
            float *made = fill(vsdb_winograd_weight_count(BLOCKS, BLOCKS, parts));
            vsdb_winograd_weights_f32(weights, BLOCKS, BLOCKS, parts, made);
            vsdb_winograd_forward_f32(&x, &y, parts, made, valid, NULL, NULL, 0);
            snprintf(name, sizeof name, "%dx3x3, Winograd, %d parts in depth", depth, parts);
            compare(name, &x, &y, depth, weights, 1e-5);
            free(made);
        }
        vsdb_conv_weight_gradient_f32(&x, &dy, kernel, valid, dw);
        snprintf(name, sizeof name, "%dx3x3, weight gradient", depth);
        compare_gradient(name, &x, &dy, depth, dw, 1e-5);
        vsdb_winograd_weight_gradient_f32(&x, &dy, depth, dw);
        snprintf(name, sizeof name, "%dx3x3, weight gradient by Winograd", depth);
        compare_gradient(name, &x, &dy, depth, dw, 1e-5);
        free(weights);
        free(dw);
    }
    return failures > 0;
}
