#include "functions.h"

// What the program finds when it loads this library.

namespace {
#define VSDB_MEMBER(name) name,
const vsdb_dicom_functions functions = {sizeof(vsdb_dicom_functions), VSDB_DICOM_BUILD,
                                        VSDB_DICOM_FUNCTIONS(VSDB_MEMBER)};
#undef VSDB_MEMBER
} // namespace

// For what is linked with these files directly, as the fuzzer is.
int vsdb_dicom_ready(char *, size_t) { return VSDB_DICOM_OK; }

__attribute__((visibility("default"))) const vsdb_dicom_functions *vsdb_dicom_library() {
    return &functions;
}
