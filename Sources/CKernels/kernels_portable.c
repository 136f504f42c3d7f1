// The kernels for any processor, in the compiler's own vectors; also what the others must equal.
#define TILE(name) name##_portable
#define VARIANT_NAME "portable"
#define TABLE vsdb_variant_portable
#define MAX_TILE 6
#define IC_STRIP 2
#define LANES 4
#include "kernels.inc.h"
