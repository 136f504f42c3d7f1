#include "CNIfTI.h"

#include <stdlib.h>

// Shows the gzip file inside znzlib's; without zlib in the library nothing is ever `withz`.
#define HAVE_ZLIB 1
// niftilib's headers include one another by bare name; the folder `quoted` answers to those names.
#include <nifti/nifti2_io.h>

int vsdb_nifti_read_voxels(const char *path, void **data, size_t *bytes) {
    nifti_set_debug_level(0); // it would print to stderr
    nifti_image *image = nifti_image_read(path, 0);
    if (image == NULL) { return -1; }
    // Not nifti_image_load: it turns voxels that are not finite into zeros without a word.
    int result = -1;
    const size_t wanted = (size_t)image->nvox * (size_t)image->nbyper;
    void *const voxels = wanted > 0 && image->iname != NULL ? malloc(wanted) : NULL;
    znzFile file =
        voxels != NULL ? znzopen(image->iname, "rb", nifti_is_gzfile(image->iname)) : NULL;
    if (file != NULL) {
        // zlib's own buffer of 8 KiB makes reading a large scan a third slower.
        if (file->withz) { gzbuffer(file->zfptr, 1 << 17); }
        if (znzseek(file, image->iname_offset, SEEK_SET) >= 0
            && znzread(voxels, 1, wanted, file) == wanted) {
            if (image->swapsize > 1 && image->byteorder != nifti_short_order()) {
                nifti_swap_Nbytes((int64_t)(wanted / (size_t)image->swapsize), image->swapsize,
                                  voxels);
            }
            result = 0;
        }
        Xznzclose(&file);
    }
    nifti_image_free(image);
    if (result != 0) {
        free(voxels);
        return -1;
    }
    *data = voxels;
    *bytes = wanted;
    return 0;
}

void vsdb_nifti_free(void *data) { free(data); }
