// What a result holds, for the files that write it; see CDICOM.h.
#ifndef VSDB_CDCMTK_RESULTS_H
#define VSDB_CDCMTK_RESULTS_H

#include "reading.h"

#include <stdexcept>
#include <vector>

namespace vsdb {

struct Code {
    std::string value, scheme, meaning;
};

struct Number {
    Code concept_;
    std::string number;
    Code unit;
};

struct Sentence {
    Code concept_;
    std::string text;
};

struct Slice {
    std::string instance;
    unsigned frame;
    std::string position;
};

struct Attribute {
    uint32_t tag;
    std::string text;
};

struct Tumour {
    std::string label, trackingUid;
    bool isRight;
    std::vector<Number> numbers;
    std::vector<Sentence> sentences;
};

// Thrown where DCMTK refuses a value; `what()` names the part and DCMTK's reason.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throws Refused where a step of DCMTK failed.
void demand(const OFCondition &result, const char *part);

// The numbers of a text that are separated by backslashes.
std::vector<std::string> parts(const std::string &text);

// What SEG and SR have in common, set over what DCMTK made up: UIDs of series and instance, the
// moment and the character set.
void stamp(const vsdb_result &result, DcmItem &dataset, int series, int instance);

// Sets text attributes; throws Refused for one of several values.
void file(DcmItem &dataset, const std::vector<Attribute> &attributes);

// Saves a data set as a file, explicit little endian.
int save(DcmFileFormat &file, const char *path, std::string &reason);

// Runs `body` guarded, and turns Refused into VSDB_DICOM_INVALID.
int writing(char *reason, size_t size, const std::function<int(std::string &)> &body);

} // namespace vsdb

struct vsdb_result {
    std::string values[VSDB_RESULT_COUNT];
    std::vector<vsdb::Attribute> filing;
    std::vector<vsdb::Slice> slices;
    std::vector<vsdb::Tumour> tumours;

    OFString operator[](int what) const { return OFString(values[what].c_str()); }
    // The images that the slices are of, each once: a multi-frame one holds several.
    std::vector<std::string> images() const {
        std::vector<std::string> found;
        for (const vsdb::Slice &slice : slices) {
            if (found.empty() || found.back() != slice.instance) { found.push_back(slice.instance); }
        }
        return found;
    }
    // Whether a person outlined the tumours, and no model is to be named.
    bool isManual() const { return values[VSDB_RESULT_MODEL].empty(); }
    // What measured, as a device: the model, or the program alone.
    OFString device() const { return isManual() ? OFString("vsdb") : (*this)[VSDB_RESULT_MODEL]; }
    OFString serial() const {
        return (*this)[isManual() ? VSDB_RESULT_SOFTWARE : VSDB_RESULT_MODEL_HASH];
    }
};

#endif
