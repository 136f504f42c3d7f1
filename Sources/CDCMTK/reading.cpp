// Loading with limits, and a guard around all of DCMTK.
#include "reading.h"

#include <cstdio>
#include <cstring>
#include <mutex>
#include <pthread.h>
#include <sys/stat.h>
#include <vector>
#include <zlib.h>

#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

namespace {

// Address space alone; a page of it is memory only once it is used. (The fuzzer's files are too small
// to nest so deep, and the address sanitizer goes through all of it in each call.)
#ifndef VSDB_DICOM_STACK_MIB
#define VSDB_DICOM_STACK_MIB 512
#endif
constexpr size_t stackBytes = size_t(VSDB_DICOM_STACK_MIB) << 20;
// DCMTK recurses once a nested item, at 2 KB of stack or so (measured: 199 000 nested items fit,
// 400 000 do not). A file of fewer items cannot nest deeper; an image of 2000 frames has 40 000.
constexpr size_t mostItems = 100000;
// A deflated file that unpacks to more is refused before DCMTK sees it.
constexpr size_t largestDeflated = size_t(2) << 30;

void setUp() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL); // its log quotes patients' data
        DcmRLEDecoderRegistration::registerCodecs();
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
    });
}

struct Call {
    const std::function<int(std::string &)> *body;
    std::string reason;
    int status;
};

void *run(void *argument) {
    auto *call = static_cast<Call *>(argument);
    try {
        setUp();
        call->status = dcmDataDict.isDictionaryLoaded() ? (*call->body)(call->reason)
                                                        : int(VSDB_DICOM_NO_DICTIONARY);
    } catch (const std::bad_alloc &) {
        call->status = VSDB_DICOM_TOO_LARGE;
    } catch (...) {
        call->status = VSDB_DICOM_DAMAGED;
    }
    return nullptr;
}

// Counts what looks like the start of an item, in either byte order, over a stream of blocks.
class ItemCount {
  public:
    void add(const unsigned char *block, size_t size) {
        for (size_t at = 0; at < size; at++) {
            last = last << 8 | block[at];
            total += last == 0xFEFF00E0 || last == 0xFFFEE000;
        }
    }
    bool isTooLarge() const { return total > mostItems; }

  private:
    uint32_t last = 0;
    size_t total = 0;
};

// Where the deflated part of a file begins, or 0 where its start names no such syntax.
size_t deflatedStart(const std::vector<unsigned char> &start) {
    if (start.size() < 144 || std::memcmp(start.data() + 128, "DICM", 4) != 0) { return 0; }
    static const char uid[] = "1.2.840.10008.1.2.1.99";
    if (std::search(start.begin(), start.end(), uid, uid + sizeof uid - 1) == start.end()) {
        return 0;
    }
    const unsigned char *const length = start.data() + 140; // of (0002,0000), little endian
    return 144 + (length[0] | size_t(length[1]) << 8 | size_t(length[2]) << 16
                  | size_t(length[3]) << 24);
}

// Counts the items of a deflated part; false where it unpacks to more than is allowed.
bool inflateAndCount(FILE *file, ItemCount &items) {
    z_stream stream = {};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) { return false; }
    std::vector<unsigned char> in(1 << 16), out(1 << 18);
    size_t total = 0;
    int state = Z_OK;
    while (state == Z_OK && total <= largestDeflated) {
        if (stream.avail_in == 0) {
            stream.avail_in = uInt(fread(in.data(), 1, in.size(), file));
            stream.next_in = in.data();
            if (stream.avail_in == 0) { break; }
        }
        stream.next_out = out.data();
        stream.avail_out = uInt(out.size());
        state = inflate(&stream, Z_NO_FLUSH);
        items.add(out.data(), out.size() - stream.avail_out);
        total += out.size() - stream.avail_out;
    }
    inflateEnd(&stream);
    return total <= largestDeflated;
}

// Whether a file can be given to DCMTK: not nested without end, and no bomb.
int check(const char *path) {
    std::unique_ptr<FILE, int (*)(FILE *)> file(fopen(path, "rb"), fclose);
    if (!file) { return VSDB_DICOM_UNREADABLE; }
    std::vector<unsigned char> block(1 << 18);
    block.resize(fread(block.data(), 1, block.size(), file.get()));
    const size_t deflated = deflatedStart(block);
    ItemCount items;
    if (deflated > 0) {
        if (fseek(file.get(), long(deflated), SEEK_SET) != 0 || !inflateAndCount(file.get(), items)) {
            return VSDB_DICOM_TOO_LARGE;
        }
    }
    while (deflated == 0 && !block.empty()) {
        items.add(block.data(), block.size());
        block.resize(fread(block.data(), 1, block.size(), file.get()));
    }
    return items.isTooLarge() ? VSDB_DICOM_TOO_LARGE : VSDB_DICOM_OK;
}

} // namespace

namespace vsdb {

int guarded(char *reason, size_t size, const std::function<int(std::string &)> &body) {
    Call call = {&body, "", VSDB_DICOM_DAMAGED};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stackBytes);
    if (pthread_create(&thread, &attributes, run, &call) == 0) {
        pthread_join(thread, nullptr);
    } else {
        call.status = VSDB_DICOM_TOO_LARGE;
    }
    pthread_attr_destroy(&attributes);
    if (size > 0) { snprintf(reason, size, "%s", call.reason.c_str()); }
    return call.status;
}

int load(const char *path, DcmFileFormat &format, bool isHeader, std::string &reason) {
    struct stat facts;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) { return VSDB_DICOM_UNREADABLE; }
    const int checked = check(path);
    if (checked != VSDB_DICOM_OK) { return checked; }
    const OFCondition result =
        isHeader ? format.loadFileUntilTag(path, EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                                           ERM_autoDetect, DCM_PixelData)
                 : format.loadFile(path);
    if (result.good()) { return VSDB_DICOM_OK; }
    reason = result.text();
    if (result == EC_InvalidFilename) { return VSDB_DICOM_UNREADABLE; }
    return result == EC_CorruptedData && format.getDataset()->card() == 0 ? VSDB_DICOM_NO_DICOM
                                                                          : VSDB_DICOM_DAMAGED;
}

std::string unknownSyntax(DcmFileFormat &format) {
    OFString name;
    if (format.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, name).bad()) { return ""; }
    return DcmXfer(name.c_str()).getXfer() == EXS_Unknown ? name.c_str() : "";
}

bool isLossy(E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess3_5:
    case EXS_JPEGProcess6_8:
    case EXS_JPEGProcess7_9:
    case EXS_JPEGProcess10_12:
    case EXS_JPEGProcess11_13:
    case EXS_JPEGProcess16_18:
    case EXS_JPEGProcess17_19:
    case EXS_JPEGProcess20_22:
    case EXS_JPEGProcess21_23:
    case EXS_JPEGProcess24_26:
    case EXS_JPEGProcess25_27:
    case EXS_JPEGLSLossy:
    case EXS_JPEG2000: return true;
    default: return false;
    }
}

} // namespace vsdb
