#include <nifti/nifti1.h>
