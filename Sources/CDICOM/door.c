#include "functions.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// Beside the program, or where an installation has its libraries; $ORIGIN is the program's folder.
static const char *const places[] = {
    "$ORIGIN/libvsdb-dicom.so",
    "$ORIGIN/../lib/vsdb/libvsdb-dicom.so",
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const vsdb_dicom_functions *loaded;
static char failure[256];

static void load(void) {
    void *library = NULL;
    for (size_t place = 0; library == NULL && place < sizeof places / sizeof *places; place++) {
        library = dlopen(places[place], RTLD_LAZY | RTLD_LOCAL);
        // The first place's reason says most, unless only the second has the library.
        if (library == NULL && failure[0] == 0) {
            const char *const reason = dlerror();
            snprintf(failure, sizeof failure, "%s", reason != NULL ? reason : "unknown");
        }
    }
    if (library == NULL) { return; }
    const vsdb_dicom_functions *(*functions)(void) = NULL;
    void *const symbol = dlsym(library, "vsdb_dicom_library");
    memcpy(&functions, &symbol, sizeof functions);
    const vsdb_dicom_functions *const found = functions != NULL ? functions() : NULL;
    if (found == NULL || found->size != sizeof *found
        || strcmp(found->build, VSDB_DICOM_BUILD) != 0) {
        snprintf(failure, sizeof failure, "libvsdb-dicom.so is of another version of the program");
        return;
    }
    loaded = found;
}

static const vsdb_dicom_functions *library(void) {
    pthread_once(&once, load);
    return loaded;
}

int vsdb_dicom_ready(char *reason, size_t size) {
    if (library() != NULL) { return VSDB_DICOM_OK; }
    snprintf(reason, size, "%s", failure);
    return VSDB_DICOM_NO_LIBRARY;
}

// What takes no object is where the library is loaded, or found to be missing.

int vsdb_dicom_open(const char *path, vsdb_dicom **file, char *reason, size_t size) {
    const int status = vsdb_dicom_ready(reason, size);
    return status != VSDB_DICOM_OK ? status : loaded->vsdb_dicom_open(path, file, reason, size);
}

int vsdb_dicom_pixels(const char *path, unsigned bits, size_t rows, size_t columns, size_t frames,
                      void **data, char *reason, size_t size) {
    const int status = vsdb_dicom_ready(reason, size);
    return status != VSDB_DICOM_OK ? status
                                   : loaded->vsdb_dicom_pixels(path, bits, rows, columns, frames,
                                                               data, reason, size);
}

vsdb_result *vsdb_result_new(void) {
    return library() != NULL ? loaded->vsdb_result_new() : NULL;
}

int vsdb_result_file_again(const char *path, const char *copy, const uint32_t *tags,
                           const char *const *texts, size_t count, char *reason, size_t size) {
    const int status = vsdb_dicom_ready(reason, size);
    return status != VSDB_DICOM_OK
               ? status
               : loaded->vsdb_result_file_again(path, copy, tags, texts, count, reason, size);
}

// What takes an object came from the library.

void vsdb_dicom_close(vsdb_dicom *file) { loaded->vsdb_dicom_close(file); }

const char *vsdb_dicom_transfer_syntax(const vsdb_dicom *file) {
    return loaded->vsdb_dicom_transfer_syntax(file);
}

int vsdb_dicom_is_lossy(const vsdb_dicom *file) { return loaded->vsdb_dicom_is_lossy(file); }

long vsdb_dicom_text(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                     uint32_t tag, char *text, size_t size) {
    return loaded->vsdb_dicom_text(file, steps, count, tag, text, size);
}

size_t vsdb_dicom_items(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                        uint32_t sequence) {
    return loaded->vsdb_dicom_items(file, steps, count, sequence);
}

void vsdb_dicom_free(void *data) { loaded->vsdb_dicom_free(data); }

void vsdb_result_free(vsdb_result *result) { loaded->vsdb_result_free(result); }

int vsdb_result_set(vsdb_result *result, int what, const char *text) {
    return loaded->vsdb_result_set(result, what, text);
}

int vsdb_result_file_under(vsdb_result *result, uint32_t tag, const char *text) {
    return loaded->vsdb_result_file_under(result, tag, text);
}

int vsdb_result_add_slice(vsdb_result *result, const char *instance, unsigned frame,
                          const char *position) {
    return loaded->vsdb_result_add_slice(result, instance, frame, position);
}

int vsdb_result_add_tumour(vsdb_result *result, const char *label, const char *trackingUid,
                           int isRight) {
    return loaded->vsdb_result_add_tumour(result, label, trackingUid, isRight);
}

int vsdb_result_add_number(vsdb_result *result, vsdb_code what, const char *number,
                           vsdb_code unit) {
    return loaded->vsdb_result_add_number(result, what, number, unit);
}

int vsdb_result_add_text(vsdb_result *result, vsdb_code what, const char *text) {
    return loaded->vsdb_result_add_text(result, what, text);
}

int vsdb_result_write_segmentation(const vsdb_result *result, const uint8_t *voxels, size_t rows,
                                   size_t columns, int isFractional, const char *path, char *reason,
                                   size_t size) {
    return loaded->vsdb_result_write_segmentation(result, voxels, rows, columns, isFractional, path,
                                                  reason, size);
}

int vsdb_result_write_report(const vsdb_result *result, const char *path, char *reason,
                             size_t size) {
    return loaded->vsdb_result_write_report(result, path, reason, size);
}
