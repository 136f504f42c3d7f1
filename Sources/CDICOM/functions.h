// What program and library share: every function of CDICOM.h, found through one symbol.
//
// The functions are made in CDCMTK, which becomes a library of its own. The program loads it when it first
// wants DICOM: DCMTK and what it needs are 27 libraries, which took 8 of the 19 ms that vsdb needed to start.
#ifndef VSDB_CDICOM_FUNCTIONS_H
#define VSDB_CDICOM_FUNCTIONS_H

#include "CDICOM.h"

#define VSDB_DICOM_FUNCTIONS(each) \
    each(vsdb_dicom_open) \
    each(vsdb_dicom_close) \
    each(vsdb_dicom_transfer_syntax) \
    each(vsdb_dicom_is_lossy) \
    each(vsdb_dicom_text) \
    each(vsdb_dicom_items) \
    each(vsdb_dicom_pixels) \
    each(vsdb_dicom_free) \
    each(vsdb_result_new) \
    each(vsdb_result_free) \
    each(vsdb_result_set) \
    each(vsdb_result_file_under) \
    each(vsdb_result_add_slice) \
    each(vsdb_result_add_tumour) \
    each(vsdb_result_add_number) \
    each(vsdb_result_add_text) \
    each(vsdb_result_write_segmentation) \
    each(vsdb_result_write_report) \
    each(vsdb_result_file_again)

#ifdef __cplusplus
extern "C" {
#endif

#define VSDB_MEMBER(name) __typeof__(name) *name;
typedef struct {
    size_t size;       // of this table
    const char *build; // VSDB_DICOM_BUILD of the library
    VSDB_DICOM_FUNCTIONS(VSDB_MEMBER)
} vsdb_dicom_functions;
#undef VSDB_MEMBER

// Changes with this header's meaning, so that a library of another build is not called.
#define VSDB_DICOM_BUILD "1"

// The one name that the library shows.
const vsdb_dicom_functions *vsdb_dicom_library(void);

#ifdef __cplusplus
}
#endif

#endif
