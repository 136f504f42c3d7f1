#ifndef VSDB_OUTLINES_H
#define VSDB_OUTLINES_H

#include <stddef.h>

// The bytes of Resources/outlines/outlines.json, compiled in so that the program needs no folder
// beside it. Not terminated by a zero.
const unsigned char *vsdb_outlines_bytes(void);
size_t vsdb_outlines_count(void);

#endif
