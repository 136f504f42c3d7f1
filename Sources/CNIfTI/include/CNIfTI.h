// A narrow door to niftilib: it reads the voxels of a file whose header was checked before.
#ifndef VSDB_CNIFTI_H
#define VSDB_CNIFTI_H

#include <stddef.h>

// Reads all voxels of a NIfTI-1 or NIfTI-2 file (single file or header of a pair, gzip or not) in
// the machine's byte order, as stored (no scaling). Returns 0 and memory to be freed by
// vsdb_nifti_free, or -1 where niftilib cannot read the file to its end.
int vsdb_nifti_read_voxels(const char *path, void **data, size_t *bytes);
void vsdb_nifti_free(void *data);

#endif
