// Fork and join over a fixed set of threads.
#ifndef VSDB_POOL_H
#define VSDB_POOL_H

#include <stddef.h>

typedef void (*vsdb_task)(void *context, size_t index);

// Runs task(context, i) for i in 0..<count, each once, in any order and on any thread.
void vsdb_parallel(size_t count, vsdb_task task, void *context);

#endif
