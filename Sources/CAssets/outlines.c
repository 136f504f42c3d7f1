// The tumour and cochlea outlines (see Resources/outlines/SOURCES.md), embedded.
#include "vsdb_outlines.h"

static const unsigned char outlines[] = {
#embed "../../Resources/outlines/outlines.json"
};

const unsigned char *vsdb_outlines_bytes(void) { return outlines; }

size_t vsdb_outlines_count(void) { return sizeof outlines; }
