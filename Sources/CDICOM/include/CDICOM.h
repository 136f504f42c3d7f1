// A narrow door to DCMTK: text of attributes, and pixels as stored. What they mean is decided in
// VSImaging. Every function may be called from any thread; none prints, and no exception passes.
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
    VSDB_DICOM_NO_DICTIONARY = 8 // DCMTK's data dictionary is not installed
};

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

// The number of items of a top-level sequence; 0 where it is absent.
size_t vsdb_dicom_items(const vsdb_dicom *file, uint32_t sequence);

// The number of items of a sequence after `count` steps into others; 0 where it is absent.
size_t vsdb_dicom_nested_items(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                               uint32_t sequence);

// Decodes all frames. `bits` is 8 or 16 a pixel; `pixels` is rows x columns x frames as the header
// says, which the caller has compared with its own limit. The memory is the machine's byte order
// and is freed by vsdb_dicom_free.
int vsdb_dicom_pixels(const char *path, unsigned bits, size_t rows, size_t columns, size_t frames,
                      void **data, char *reason, size_t size);
void vsdb_dicom_free(void *data);

#ifdef __cplusplus
}
#endif

#endif
