// A narrow door to DCMTK: text of attributes, and pixels as stored. What they mean is decided in
// VSImaging. Every function may be called from any thread; none prints, and no exception passes. DCMTK lies in
// a library that is loaded by the first call.
#ifndef VSDB_CDICOM_H
#define VSDB_CDICOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Why a file could not be read.
enum {
    VSDB_DICOM_OK = 0,
    VSDB_DICOM_UNREADABLE = 1,  // it cannot be opened
    VSDB_DICOM_NO_DICOM = 2,    // it is no DICOM file
    VSDB_DICOM_DAMAGED = 3,     // it is one, and ends too early or contradicts itself
    VSDB_DICOM_TOO_LARGE = 4,   // it would unpack to more than is allowed
    VSDB_DICOM_NO_DECODER = 5,  // its transfer syntax cannot be decoded
    VSDB_DICOM_NO_PIXELS = 6,   // it holds no pixel data
    VSDB_DICOM_INCOMPLETE = 7,  // its pixel data are shorter than rows x columns x frames
    VSDB_DICOM_NO_DICTIONARY = 8, // DCMTK's data dictionary is not installed
    VSDB_DICOM_INVALID = 9,      // DCMTK takes a value for no DICOM
    VSDB_DICOM_UNWRITABLE = 10,  // the file cannot be written
    VSDB_DICOM_NO_LIBRARY = 11   // the library that holds DCMTK cannot be loaded
};

// Loads the library that holds DCMTK, which every function does that needs it. Returns VSDB_DICOM_OK or
// VSDB_DICOM_NO_LIBRARY, with the reason.
int vsdb_dicom_ready(char *reason, size_t size);

// The attributes of one file, without its pixels; text is UTF-8.
typedef struct vsdb_dicom vsdb_dicom;

// One step into a sequence: its tag (group << 16 | element) and the item's index from 0.
typedef struct {
    uint32_t sequence;
    uint32_t item;
} vsdb_dicom_step;

// Reads all attributes before the pixel data. `reason` gets DCMTK's own words, cut to `size`.
// Returns VSDB_DICOM_OK and an object for vsdb_dicom_close, or why not.
int vsdb_dicom_open(const char *path, vsdb_dicom **file, char *reason, size_t size);
void vsdb_dicom_close(vsdb_dicom *file);

// The transfer syntax found in the file, as its UID.
const char *vsdb_dicom_transfer_syntax(const vsdb_dicom *file);
// Whether the pixels were compressed by a method that loses detail.
int vsdb_dicom_is_lossy(const vsdb_dicom *file);

// The value of `tag` after `count` steps into sequences; several values with a backslash between.
// Returns the length without the closing zero, cut to `size`, or -1 where it is absent or empty.
long vsdb_dicom_text(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                     uint32_t tag, char *text, size_t size);

// The number of items of a sequence after `count` steps into others; 0 where it is absent.
size_t vsdb_dicom_items(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                        uint32_t sequence);

// Decodes all frames. `bits` is 8 or 16 a pixel; `pixels` is rows x columns x frames as the header
// says, which the caller has compared with its own limit. The memory is the machine's byte order
// and is freed by vsdb_dicom_free.
int vsdb_dicom_pixels(const char *path, unsigned bits, size_t rows, size_t columns, size_t frames,
                      void **data, char *reason, size_t size);
void vsdb_dicom_free(void *data);

// What was found in a series, to be written as DICOM SEG and SR. Text is UTF-8 and is copied.
typedef struct vsdb_result vsdb_result;

// The single values of a result.
enum {
    VSDB_RESULT_PATIENT = 0,         // PatientID
    VSDB_RESULT_STUDY = 1,           // UIDs of the series that was measured
    VSDB_RESULT_FRAME_OF_REFERENCE = 2,
    VSDB_RESULT_SOURCE_SERIES = 3,
    VSDB_RESULT_SOURCE_CLASS = 4,
    VSDB_RESULT_SERIES = 5,          // UIDs of the segmentation
    VSDB_RESULT_INSTANCE = 6,
    VSDB_RESULT_REPORT_SERIES = 7,   // UIDs of the report
    VSDB_RESULT_REPORT_INSTANCE = 8,
    VSDB_RESULT_DEVICE = 9,          // UID of the program and model as an observer
    VSDB_RESULT_MODEL = 10,          // empty: a person outlined
    VSDB_RESULT_MODEL_VERSION = 11,
    VSDB_RESULT_MODEL_HASH = 12,
    VSDB_RESULT_SOFTWARE = 13,
    VSDB_RESULT_DATE = 14,           // YYYYMMDD, of the object's making, local time
    VSDB_RESULT_TIME = 15,           // HHMMSS
    VSDB_RESULT_TIME_POINT = 16,     // the day of the exam
    VSDB_RESULT_PIXEL_SPACING = 17,  // between rows, a backslash, between columns; mm
    VSDB_RESULT_SLICE_SPACING = 18,  // mm
    VSDB_RESULT_ORIENTATION = 19,    // ImageOrientationPatient, six numbers
    VSDB_RESULT_INTENDED_USE = 20,
    VSDB_RESULT_READER = 21,         // who outlined, as a person's name (PN); may be empty
    VSDB_RESULT_COUNT = 22
};

// A coded concept: value, scheme and meaning.
typedef struct {
    const char *value;
    const char *scheme;
    const char *meaning;
} vsdb_code;

// Each returns NULL or -1 where memory is short, else an object for vsdb_result_free or 0.
vsdb_result *vsdb_result_new(void);
void vsdb_result_free(vsdb_result *result);
int vsdb_result_set(vsdb_result *result, int what, const char *text);
// An attribute of the study or the patient that the result is filed by.
int vsdb_result_file_under(vsdb_result *result, uint32_t tag, const char *text);
// The next slice: its SOP instance, the frame in it from 1 (0: it has one), and its
// ImagePositionPatient.
int vsdb_result_add_slice(vsdb_result *result, const char *instance, unsigned frame,
                          const char *position);
// The next tumour, which is the next segment.
int vsdb_result_add_tumour(vsdb_result *result, const char *label, const char *trackingUid,
                           int isRight);
// A number, or a sentence, about the tumour that was added last.
int vsdb_result_add_number(vsdb_result *result, vsdb_code what, const char *number,
                           vsdb_code unit);
int vsdb_result_add_text(vsdb_result *result, vsdb_code what, const char *text);

// Writes a segmentation. `voxels` is tumours x slices x rows x columns: 0 and 1, or where it is
// fractional probabilities in steps of 1/255; only slices with more than 0 become frames.
int vsdb_result_write_segmentation(const vsdb_result *result, const uint8_t *voxels, size_t rows,
                                   size_t columns, int isFractional, const char *path, char *reason,
                                   size_t size);
// Writes a measurement report by TID 1500 that refers to that segmentation.
int vsdb_result_write_report(const vsdb_result *result, const char *path, char *reason,
                             size_t size);

// Copies a result's file with such attributes set. `texts` are UTF-8, as the file is.
int vsdb_result_file_again(const char *path, const char *copy, const uint32_t *tags,
                           const char *const *texts, size_t count, char *reason, size_t size);

#ifdef __cplusplus
}
#endif

#endif
