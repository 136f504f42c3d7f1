#ifndef CASSETS_H
#define CASSETS_H

// Files compiled into the program.
#include "vsdb_migrations.h"
#include "vsdb_model.h"
#include "vsdb_outlines.h"
#include "vsdb_web.h"

#endif
