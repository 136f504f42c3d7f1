// The default model and its card (see docs/MODEL.md), embedded.
#include "vsdb_model.h"

_Alignas(64) static const unsigned char model[] = {
#embed "../../Resources/models/default.safetensors"
};

static const unsigned char card[] = {
#embed "../../Resources/models/default.card.json"
};

const unsigned char *vsdb_model_bytes(void) { return model; }

size_t vsdb_model_count(void) { return sizeof model; }

const unsigned char *vsdb_model_card_bytes(void) { return card; }

size_t vsdb_model_card_count(void) { return sizeof card; }
