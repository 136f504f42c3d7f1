// Reading of attributes; see CDICOM.h.
#include "reading.h"

#include <cstring>

struct vsdb_dicom {
    DcmFileFormat format;
    std::string syntax;
    bool isLossy = false;
};

namespace {

DcmTagKey key(uint32_t tag) { return DcmTagKey(Uint16(tag >> 16), Uint16(tag & 0xFFFF)); }

// The item that the steps lead to; null where there is none.
DcmItem *walk(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count) {
    DcmItem *item = const_cast<vsdb_dicom *>(file)->format.getDataset();
    for (size_t step = 0; step < count && item != nullptr; step++) {
        DcmSequenceOfItems *sequence = nullptr;
        if (item->findAndGetSequence(key(steps[step].sequence), sequence).bad()
            || sequence == nullptr || steps[step].item >= sequence->card()) {
            return nullptr;
        }
        item = sequence->getItem(steps[step].item);
    }
    return item;
}

int open(const char *path, vsdb_dicom **result, std::string &reason) {
    auto file = std::make_unique<vsdb_dicom>();
    int status = vsdb::load(path, file->format, true, reason);
    if (status != VSDB_DICOM_OK) { return status; }
    DcmDataset *dataset = file->format.getDataset();
    const DcmXfer syntax(dataset->getOriginalXfer());
    file->syntax = vsdb::unknownSyntax(file->format);
    if (file->syntax.empty() && syntax.getXferID() != nullptr) { file->syntax = syntax.getXferID(); }
    file->isLossy = vsdb::isLossy(dataset->getOriginalXfer());
    // A character set that is unknown leaves the text as it is; Swift replaces what is no UTF-8.
    (void)dataset->convertToUTF8();
    *result = file.release();
    return VSDB_DICOM_OK;
}

} // namespace

int vsdb_dicom_open(const char *path, vsdb_dicom **file, char *reason, size_t size) {
    *file = nullptr;
    return vsdb::guarded(reason, size,
                         [&](std::string &why) { return open(path, file, why); });
}

void vsdb_dicom_close(vsdb_dicom *file) {
    // Nested as deep as it was read.
    vsdb::guarded(nullptr, 0, [&](std::string &) {
        delete file;
        return VSDB_DICOM_OK;
    });
}

const char *vsdb_dicom_transfer_syntax(const vsdb_dicom *file) { return file->syntax.c_str(); }

int vsdb_dicom_is_lossy(const vsdb_dicom *file) { return file->isLossy ? 1 : 0; }

long vsdb_dicom_text(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                     uint32_t tag, char *text, size_t size) try {
    DcmItem *item = walk(file, steps, count);
    OFString value;
    if (item == nullptr || item->findAndGetOFStringArray(key(tag), value).bad()
        || value.empty() || size == 0) {
        return -1;
    }
    const size_t length = std::min(value.length(), size - 1);
    std::memcpy(text, value.c_str(), length);
    text[length] = 0;
    return long(length);
} catch (...) {
    return -1;
}

size_t vsdb_dicom_items(const vsdb_dicom *file, const vsdb_dicom_step *steps, size_t count,
                        uint32_t sequence) try {
    DcmItem *item = walk(file, steps, count);
    DcmSequenceOfItems *found = nullptr;
    if (item == nullptr || item->findAndGetSequence(key(sequence), found).bad()
        || found == nullptr) {
        return 0;
    }
    return found->card();
} catch (...) {
    return 0;
}
