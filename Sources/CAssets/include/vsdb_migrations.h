#ifndef VSDB_MIGRATIONS_H
#define VSDB_MIGRATIONS_H

#include <stddef.h>

typedef struct {
    const char *name, *sql;
} vsdb_migration;

// The files of migrations/, compiled in: name without ending, and SQL text ended by a zero.
size_t vsdb_migration_count(void);
const char *vsdb_migration_name(size_t index);
const char *vsdb_migration_sql(size_t index);

#endif
