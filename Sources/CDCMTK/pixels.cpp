// Decoding of pixels; see CDICOM.h.
#include "reading.h"

#include <cstdlib>
#include <cstring>

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>

namespace {

// The pixel data element at the top of the data set; null where there is none.
DcmPixelData *pixelData(DcmDataset &dataset) {
    DcmStack stack;
    if (dataset.search(DCM_PixelData, stack, ESM_fromHere, OFFalse).bad()) { return nullptr; }
    return OFdynamic_cast(DcmPixelData *, stack.top());
}

// Copies pixels that need no decoding any more.
int copyNative(DcmElement &element, unsigned bits, size_t bytes, unsigned char *data,
               std::string &reason) {
    if (element.getLength() < bytes) {
        reason = std::to_string(element.getLength()) + " of " + std::to_string(bytes) + " bytes";
        return VSDB_DICOM_INCOMPLETE;
    }
    if (bits == 16) {
        Uint16 *values = nullptr;
        if (element.getUint16Array(values).good() && values != nullptr) {
            std::memcpy(data, values, bytes);
            return VSDB_DICOM_OK;
        }
    }
    Uint8 *values = nullptr;
    const OFCondition result = element.getUint8Array(values);
    if (result.bad() || values == nullptr) {
        reason = result.text();
        return VSDB_DICOM_INCOMPLETE;
    }
    std::memcpy(data, values, bytes);
    return VSDB_DICOM_OK;
}

int decode(const char *path, unsigned bits, size_t rows, size_t columns, size_t frames,
           unsigned char *data, std::string &reason) {
    DcmFileFormat format;
    int status = vsdb::load(path, format, false, reason);
    if (status != VSDB_DICOM_OK) { return status; }
    DcmDataset &dataset = *format.getDataset();
    DcmPixelData *pixels = pixelData(dataset);
    if (pixels == nullptr) { return VSDB_DICOM_NO_PIXELS; }
    if (!vsdb::unknownSyntax(format).empty()) { return VSDB_DICOM_NO_DECODER; }
    const E_TransferSyntax syntax = dataset.getOriginalXfer();
    const size_t bytes = rows * columns * frames * (bits / 8);
    if (syntax == EXS_JPEG2000 || syntax == EXS_JPEG2000LosslessOnly) {
        DcmPixelSequence *sequence = nullptr;
        E_TransferSyntax found = syntax;
        const DcmRepresentationParameter *parameters = nullptr;
        pixels->getOriginalRepresentationKey(found, parameters);
        if (pixels->getEncapsulatedRepresentation(found, parameters, sequence).bad()
            || sequence == nullptr) {
            return VSDB_DICOM_DAMAGED;
        }
        return vsdb::decodeJPEG2000(*sequence, bits, rows, columns, frames, data, reason);
    }
    if (DcmXfer(syntax).isEncapsulated()) {
        const OFCondition result = dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
        if (result.bad()) {
            reason = result.text();
            return result == EC_CannotChangeRepresentation ? VSDB_DICOM_NO_DECODER
                                                           : VSDB_DICOM_DAMAGED;
        }
        pixels = pixelData(dataset);
        if (pixels == nullptr) { return VSDB_DICOM_NO_PIXELS; }
    }
    return copyNative(*pixels, bits, bytes, data, reason);
}

} // namespace

int vsdb_dicom_pixels(const char *path, unsigned bits, size_t rows, size_t columns, size_t frames,
                      void **data, char *reason, size_t size) {
    *data = nullptr;
    auto *memory =
        static_cast<unsigned char *>(std::calloc(rows * columns * frames, bits / 8));
    if (memory == nullptr) { return VSDB_DICOM_TOO_LARGE; }
    const int status = vsdb::guarded(reason, size, [&](std::string &why) {
        return decode(path, bits, rows, columns, frames, memory, why);
    });
    if (status != VSDB_DICOM_OK) {
        std::free(memory);
        return status;
    }
    *data = memory;
    return VSDB_DICOM_OK;
}

void vsdb_dicom_free(void *data) { std::free(data); }
