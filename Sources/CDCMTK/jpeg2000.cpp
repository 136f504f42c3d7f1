// JPEG 2000 by OpenJPEG, which DCMTK leaves out. Each frame is one code stream.
#include "reading.h"

#include <cstring>
#include <vector>

#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <openjpeg-2.5/openjpeg.h>

namespace {

// A code stream in memory.
struct Source {
    const std::vector<unsigned char> &bytes;
    size_t at;
};

OPJ_SIZE_T readBytes(void *buffer, OPJ_SIZE_T count, void *user) {
    auto *source = static_cast<Source *>(user);
    const size_t left = source->bytes.size() - source->at;
    if (left == 0) { return OPJ_SIZE_T(-1); }
    const size_t got = std::min(size_t(count), left);
    std::memcpy(buffer, source->bytes.data() + source->at, got);
    source->at += got;
    return got;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void *user) {
    auto *source = static_cast<Source *>(user);
    if (count < 0 || size_t(count) > source->bytes.size() - source->at) { return -1; }
    source->at += size_t(count);
    return count;
}

OPJ_BOOL seekBytes(OPJ_OFF_T place, void *user) {
    auto *source = static_cast<Source *>(user);
    if (place < 0 || size_t(place) > source->bytes.size()) { return OPJ_FALSE; }
    source->at = size_t(place);
    return OPJ_TRUE;
}

void quiet(const char *, void *) {}

// OpenJPEG's handles are void pointers, so each has its own way to go.
using Codec = std::unique_ptr<opj_codec_t, void (*)(opj_codec_t *)>;
using Stream = std::unique_ptr<opj_stream_t, void (*)(opj_stream_t *)>;
using Image = std::unique_ptr<opj_image_t, void (*)(opj_image_t *)>;

// The bytes of frame `index`: its own fragment, or all of them where there is one frame.
bool frameBytes(DcmPixelSequence &sequence, size_t index, size_t frames,
                std::vector<unsigned char> &bytes) {
    const size_t fragments = sequence.card() > 0 ? sequence.card() - 1 : 0; // first: offset table
    if (fragments == 0 || (frames > 1 && fragments != frames)) { return false; }
    const size_t first = frames == 1 ? 0 : index;
    const size_t last = frames == 1 ? fragments - 1 : index;
    for (size_t fragment = first; fragment <= last; fragment++) {
        DcmPixelItem *item = nullptr;
        Uint8 *part = nullptr;
        if (sequence.getItem(item, fragment + 1).bad() || item == nullptr
            || item->getUint8Array(part).bad() || part == nullptr) {
            return false;
        }
        bytes.insert(bytes.end(), part, part + item->getLength());
    }
    return !bytes.empty();
}

// Decodes one code stream of the size that the header named; false where it is another.
bool decodeFrame(const std::vector<unsigned char> &bytes, unsigned bits, size_t rows,
                 size_t columns, unsigned char *data) {
    Source source = {bytes, 0};
    static const unsigned char box[] = {0, 0, 0, 12, 'j', 'P'};
    const bool isBoxed = bytes.size() > sizeof box && std::memcmp(bytes.data(), box, sizeof box) == 0;
    const Codec codec(opj_create_decompress(isBoxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
                      opj_destroy_codec);
    const Stream stream(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!codec || !stream || !opj_setup_decoder(codec.get(), &parameters)) { return false; }
    // A cut code stream is an error, never a picture with a grey rest.
    opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE);
    opj_set_info_handler(codec.get(), quiet, nullptr);
    opj_set_warning_handler(codec.get(), quiet, nullptr);
    opj_set_error_handler(codec.get(), quiet, nullptr);
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), bytes.size());
    opj_stream_set_read_function(stream.get(), readBytes);
    opj_stream_set_skip_function(stream.get(), skipBytes);
    opj_stream_set_seek_function(stream.get(), seekBytes);
    opj_image_t *raw = nullptr;
    const bool isRead = opj_read_header(stream.get(), codec.get(), &raw) == OPJ_TRUE;
    const Image image(raw, opj_image_destroy);
    // The size is compared before the decoder takes memory for it.
    if (!isRead || !image || image->numcomps != 1 || image->x1 - image->x0 != columns
        || image->y1 - image->y0 != rows || image->comps[0].prec > bits
        || !opj_decode(codec.get(), stream.get(), image.get())
        || image->comps[0].data == nullptr || image->comps[0].w != columns
        || image->comps[0].h != rows) {
        return false;
    }
    for (size_t pixel = 0; pixel < rows * columns; pixel++) {
        const OPJ_INT32 value = image->comps[0].data[pixel];
        if (bits == 16) {
            const auto stored = uint16_t(value);
            std::memcpy(data + 2 * pixel, &stored, 2);
        } else {
            data[pixel] = uint8_t(value);
        }
    }
    return true;
}

} // namespace

namespace vsdb {

int decodeJPEG2000(DcmPixelSequence &sequence, unsigned bits, size_t rows, size_t columns,
                   size_t frames, unsigned char *data, std::string &reason) {
    const size_t frameSize = rows * columns * (bits / 8);
    for (size_t frame = 0; frame < frames; frame++) {
        std::vector<unsigned char> bytes;
        if (!frameBytes(sequence, frame, frames, bytes)
            || !decodeFrame(bytes, bits, rows, columns, data + frame * frameSize)) {
            reason = "JPEG 2000 data of frame " + std::to_string(frame + 1) + " are damaged";
            return VSDB_DICOM_DAMAGED;
        }
    }
    return VSDB_DICOM_OK;
}

} // namespace vsdb
