// Collecting a result, and what its two objects have in common; see CDICOM.h.
#include "results.h"

namespace {

// Runs what may be short of memory.
template <typename Body> int kept(const Body &body) try {
    body();
    return 0;
} catch (...) {
    return -1;
}

vsdb::Code code(const vsdb_code &given) { return {given.value, given.scheme, given.meaning}; }

} // namespace

vsdb_result *vsdb_result_new(void) try {
    return new vsdb_result;
} catch (...) {
    return nullptr;
}

void vsdb_result_free(vsdb_result *result) { delete result; }

int vsdb_result_set(vsdb_result *result, int what, const char *text) {
    if (what < 0 || what >= VSDB_RESULT_COUNT) { return -1; }
    return kept([&] { result->values[what] = text; });
}

int vsdb_result_file_under(vsdb_result *result, uint32_t tag, const char *text) {
    return kept([&] { result->filing.push_back({tag, text}); });
}

int vsdb_result_file_again(const char *path, const char *copy, const uint32_t *tags,
                           const char *const *texts, size_t count, char *reason, size_t size) {
    return vsdb::writing(reason, size, [&](std::string &why) {
        DcmFileFormat format;
        const int loaded = vsdb::load(path, format, false, why);
        if (loaded != VSDB_DICOM_OK) { return loaded; }
        std::vector<vsdb::Attribute> attributes;
        for (size_t index = 0; index < count; index++) {
            attributes.push_back({tags[index], texts[index]});
        }
        vsdb::file(*format.getDataset(), attributes);
        return vsdb::save(format, copy, why);
    });
}

int vsdb_result_add_slice(vsdb_result *result, const char *instance, unsigned frame,
                          const char *position) {
    return kept([&] { result->slices.push_back({instance, frame, position}); });
}

int vsdb_result_add_tumour(vsdb_result *result, const char *label, const char *trackingUid,
                           int isRight) {
    return kept([&] { result->tumours.push_back({label, trackingUid, isRight != 0, {}, {}}); });
}

int vsdb_result_add_number(vsdb_result *result, vsdb_code concept_, const char *number,
                           vsdb_code unit) {
    if (result->tumours.empty()) { return -1; }
    return kept([&] {
        result->tumours.back().numbers.push_back({code(concept_), number, code(unit)});
    });
}

int vsdb_result_add_text(vsdb_result *result, vsdb_code concept_, const char *text) {
    if (result->tumours.empty()) { return -1; }
    return kept([&] { result->tumours.back().sentences.push_back({code(concept_), text}); });
}

namespace vsdb {

void demand(const OFCondition &result, const char *part) {
    if (result.bad()) { throw Refused(std::string(part) + ": " + result.text()); }
}

std::vector<std::string> parts(const std::string &text) {
    std::vector<std::string> found;
    size_t start = 0;
    while (true) {
        const size_t end = text.find('\\', start);
        found.push_back(text.substr(start, end - start));
        if (end == std::string::npos) { return found; }
        start = end + 1;
    }
}

void file(DcmItem &dataset, const std::vector<Attribute> &attributes) {
    for (const Attribute &attribute : attributes) {
        const DcmTag tag(Uint16(attribute.tag >> 16), Uint16(attribute.tag & 0xFFFF));
        // A backslash would make two values of one.
        if (attribute.text.find('\\') != std::string::npos) {
            throw Refused(std::string(DcmTag(tag).getTagName()) + ": holds a backslash");
        }
        demand(dataset.putAndInsertOFStringArray(tag, OFString(attribute.text.c_str())),
               DcmTag(tag).getTagName());
    }
}

void stamp(const vsdb_result &result, DcmItem &dataset, int series, int instance) {
    const auto put = [&](const DcmTagKey &tag, const OFString &text) {
        demand(dataset.putAndInsertOFStringArray(tag, text), DcmTag(tag).getTagName());
    };
    put(DCM_SpecificCharacterSet, "ISO_IR 192");
    // Here and not by the object's own setters, which take every text for ASCII.
    file(dataset, {{0x00100020, result.values[VSDB_RESULT_PATIENT]}});
    file(dataset, result.filing);
    put(DCM_SeriesInstanceUID, result[series]);
    put(DCM_SOPInstanceUID, result[instance]);
    for (const DcmTagKey &tag : {DCM_InstanceCreationDate, DCM_SeriesDate, DCM_ContentDate}) {
        put(tag, result[VSDB_RESULT_DATE]);
    }
    for (const DcmTagKey &tag : {DCM_InstanceCreationTime, DCM_SeriesTime, DCM_ContentTime}) {
        put(tag, result[VSDB_RESULT_TIME]);
    }
}

int save(DcmFileFormat &file, const char *path, std::string &reason) {
    const OFCondition result = file.saveFile(path, EXS_LittleEndianExplicit);
    if (result.good()) { return VSDB_DICOM_OK; }
    reason = result.text();
    return VSDB_DICOM_UNWRITABLE;
}

int writing(char *reason, size_t size, const std::function<int(std::string &)> &body) {
    return guarded(reason, size, [&](std::string &why) {
        try {
            return body(why);
        } catch (const Refused &refused) {
            why = refused.what();
            return int(VSDB_DICOM_INVALID);
        }
    });
}

} // namespace vsdb
