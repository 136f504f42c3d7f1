// The SQL migrations, embedded in the order they are applied. A test compares this list with the
// folder's content.
#include "vsdb_migrations.h"

static const char m0001[] = {
#embed "../../migrations/0001_initial.sql"
    , 0};

static const char m0002[] = {
#embed "../../migrations/0002_review.sql"
    , 0};

static const char m0003[] = {
#embed "../../migrations/0003_answers.sql"
    , 0};

static const char m0004[] = {
#embed "../../migrations/0004_precision.sql"
    , 0};

static const char m0005[] = {
#embed "../../migrations/0005_jobs.sql"
    , 0};

static const char m0006[] = {
#embed "../../migrations/0006_dicom.sql"
    , 0};

static const char m0007[] = {
#embed "../../migrations/0007_access.sql"
    , 0};

static const char m0008[] = {
#embed "../../migrations/0008_sessions.sql"
    , 0};

static const char m0009[] = {
#embed "../../migrations/0009_withdrawal.sql"
    , 0};

static const char m0010[] = {
#embed "../../migrations/0010_pacs.sql"
    , 0};

static const char m0011[] = {
#embed "../../migrations/0011_supersession.sql"
    , 0};

static const char m0012[] = {
#embed "../../migrations/0012_source_study.sql"
    , 0};

static const char m0013[] = {
#embed "../../migrations/0013_lookups.sql"
    , 0};

static const vsdb_migration migrations[] = {
    {"0001_initial", m0001},
    {"0002_review", m0002},
    {"0003_answers", m0003},
    {"0004_precision", m0004},
    {"0005_jobs", m0005},
    {"0006_dicom", m0006},
    {"0007_access", m0007},
    {"0008_sessions", m0008},
    {"0009_withdrawal", m0009},
    {"0010_pacs", m0010},
    {"0011_supersession", m0011},
    {"0012_source_study", m0012},
    {"0013_lookups", m0013},
};

size_t vsdb_migration_count(void) { return sizeof migrations / sizeof *migrations; }

const char *vsdb_migration_name(size_t index) { return migrations[index].name; }

const char *vsdb_migration_sql(size_t index) { return migrations[index].sql; }
