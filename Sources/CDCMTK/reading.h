// What the files of CDCMTK share: loading with limits, and a guard around all of DCMTK.
#ifndef VSDB_CDCMTK_READING_H
#define VSDB_CDCMTK_READING_H

#include "CDICOM.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include <dcmtk/dcmdata/dctk.h>

namespace vsdb {

// Runs `body` on a thread with a deep stack, as DCMTK reads nested sequences by recursion, and
// turns exceptions into VSDB_DICOM_DAMAGED. DCMTK is set up before the first call.
int guarded(char *reason, size_t size, const std::function<int(std::string &)> &body);

// Loads a file; `isHeader` stops before the pixel data.
int load(const char *path, DcmFileFormat &format, bool isHeader, std::string &reason);

// The transfer syntax that the file's head names, where DCMTK does not know it and would read its pixels
// as plain ones; else empty.
std::string unknownSyntax(DcmFileFormat &format);

bool isLossy(E_TransferSyntax syntax);

// Decodes JPEG 2000, which DCMTK does not; defined in jpeg2000.cpp.
int decodeJPEG2000(DcmPixelSequence &sequence, unsigned bits, size_t rows, size_t columns,
                   size_t frames, unsigned char *data, std::string &reason);

} // namespace vsdb

#endif
