// A library of its own that the program loads when it first wants DICOM; its functions are those of CDICOM.h
// in the target CDICOM, found by vsdb_dicom_library of functions.h there.
