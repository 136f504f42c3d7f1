#ifndef VSDB_MODEL_H
#define VSDB_MODEL_H

#include <stddef.h>

// The bytes of Resources/models/default.safetensors, compiled in so that a copied program has its
// model with it. Not terminated by a zero.
const unsigned char *vsdb_model_bytes(void);
size_t vsdb_model_count(void);

// The bytes of Resources/models/default.card.json, what was measured of that model since; likewise.
const unsigned char *vsdb_model_card_bytes(void);
size_t vsdb_model_card_count(void);

#endif
