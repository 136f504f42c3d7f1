// A small fork-join pool. Workers spin a little between regions (layers follow each other within
// microseconds) and then sleep on a condition variable. Results never depend on which thread ran an
// index, so neither do they on the thread count.
//
// A thread takes its own stretch of the indices first, the same part of every region, and then what is
// left of the others'. Kernels count from the first slice's first row to the last slice's last, so it
// reads a layer's voxels where it wrote them: in its own caches, which matters where processors share
// none, as those of a virtual machine may not from one second to the next.
#define _GNU_SOURCE
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "include/CKernels.h"

enum { MAX_THREADS = 64, SPINS = 4000, COUNT_BITS = 8 };

static pthread_mutex_t region_lock = PTHREAD_MUTEX_INITIALIZER; // one region at a time
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;

// Counts regions above COUNT_BITS; the bits below hold how many workers take part. A worker that sees
// it change joins in if its number is lower. One value, so that a late riser never takes one region's
// number with another's count and joins twice.
static atomic_ullong generation;
static atomic_int working; // workers still inside the current region

// A thread's stretch of the current region; each on a cache line of its own.
typedef struct {
    _Alignas(64) atomic_size_t next;
    size_t end;
} stretch;
static stretch stretches[MAX_THREADS];
static int sharers;
static vsdb_task region_task;
static void *region_context;
static int started; // worker threads alive
static int wanted;
static unsigned long long born[MAX_THREADS]; // the generation at which each worker was started

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    sched_yield();
#endif
}

static void drain(int number) {
    for (int i = 0; i < sharers; i++) {
        stretch *from = &stretches[(number + i) % sharers];
        for (;;) {
            size_t index = atomic_fetch_add(&from->next, 1);
            if (index >= from->end) { break; }
            region_task(region_context, index);
        }
    }
}

static void *worker(void *argument) {
    int number = (int)(intptr_t)argument;
    unsigned long long seen = born[number];
    for (;;) {
        for (int spin = 0; spin < SPINS && atomic_load(&generation) == seen; spin++) {
            pause_briefly();
        }
        if (atomic_load(&generation) == seen) {
            pthread_mutex_lock(&sleep_lock);
            while (atomic_load(&generation) == seen) { pthread_cond_wait(&wake, &sleep_lock); }
            pthread_mutex_unlock(&sleep_lock);
        }
        seen = atomic_load(&generation);
        if (number < (int)(seen & ((1 << COUNT_BITS) - 1))) {
            drain(number + 1);
            atomic_fetch_sub(&working, 1);
        }
    }
    return NULL;
}

static int processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) { return CPU_COUNT(&set); }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void vsdb_set_threads(int32_t count) {
    pthread_mutex_lock(&region_lock);
    int asked = count > 0 ? count : processors();
    wanted = asked > MAX_THREADS ? MAX_THREADS : asked;
    pthread_mutex_unlock(&region_lock);
}

int32_t vsdb_threads(void) {
    pthread_mutex_lock(&region_lock);
    if (wanted == 0) { wanted = processors(); }
    int32_t count = wanted;
    pthread_mutex_unlock(&region_lock);
    return count;
}

static void start_workers(void) {
    if (wanted == 0) { wanted = processors(); }
    while (started < wanted - 1) {
        pthread_t thread;
        born[started] = atomic_load(&generation);
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        int failed = pthread_create(&thread, &attributes, worker, (void *)(intptr_t)started);
        pthread_attr_destroy(&attributes);
        if (failed) { return; } // the caller does the work alone
        started++;
    }
}

void vsdb_parallel(size_t count, vsdb_task task, void *context) {
    if (count == 0) { return; }
    pthread_mutex_lock(&region_lock);
    start_workers();
    int helpers = wanted - 1 < started ? wanted - 1 : started;
    if (helpers == 0 || count == 1) {
        for (size_t index = 0; index < count; index++) { task(context, index); }
        pthread_mutex_unlock(&region_lock);
        return;
    }
    region_task = task;
    region_context = context;
    sharers = helpers + 1;
    for (size_t i = 0, all = (size_t)sharers; i < all; i++) {
        atomic_store(&stretches[i].next, count / all * i + count % all * i / all);
        stretches[i].end = count / all * (i + 1) + count % all * (i + 1) / all;
    }
    atomic_store(&working, helpers);
    pthread_mutex_lock(&sleep_lock);
    unsigned long long next = (atomic_load(&generation) >> COUNT_BITS) + 1;
    atomic_store(&generation, next << COUNT_BITS | (unsigned long long)helpers);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&sleep_lock);
    drain(0);
    // Every participant must have seen this region before the next may overwrite its fields.
    for (int spin = 0; atomic_load(&working) > 0; spin++) {
        if (spin < SPINS) {
            pause_briefly();
        } else {
            sched_yield();
        }
    }
    pthread_mutex_unlock(&region_lock);
}
