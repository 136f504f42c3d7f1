// The default model (see docs/MODEL.md), embedded.
#include "vsdb_model.h"

_Alignas(64) static const unsigned char model[] = {
#embed "../../Resources/models/default.safetensors"
};

const unsigned char *vsdb_model_bytes(void) { return model; }

size_t vsdb_model_count(void) { return sizeof model; }
