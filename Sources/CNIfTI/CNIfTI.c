#include "CNIfTI.h"

#include <stdlib.h>

// niftilib's headers include one another by bare name; the folder `quoted` answers to those names.
#include <nifti/nifti2_io.h>

int vsdb_nifti_read_voxels(const char *path, void **data, size_t *bytes) {
    nifti_set_debug_level(0); // it would print to stderr
    nifti_image *image = nifti_image_read(path, 1);
    if (image == NULL) { return -1; }
    *data = image->data;
    *bytes = (size_t)image->nvox * (size_t)image->nbyper;
    image->data = NULL;
    nifti_image_free(image);
    return *data == NULL ? -1 : 0;
}

void vsdb_nifti_free(void *data) { free(data); }
