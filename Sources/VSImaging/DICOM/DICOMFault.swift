import CDICOM

/// Why CDICOM could not read or write a file, to be worded for a person.
struct DICOMFault {
    let status: Int
    let reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// The sentence, about the file that the user knows as `subject`.
    func error(_ subject: String, transferSyntax: String = "") -> ImagingError {
        func make(_ code: ImagingError.Code, _ message: String, _ remedy: String) -> ImagingError {
            ImagingError(code, subject: subject, message: message, remedy: remedy)
        }
        let again = "Copy or export the series again."
        switch status {
        case VSDB_DICOM_UNREADABLE:
            return make(
                .unreadable, "It cannot be read.", "Check the path and its permissions.")
        case VSDB_DICOM_NO_DICOM:
            return make(.malformed, "It is no DICOM file.", "Give a DICOM file or folder.")
        case VSDB_DICOM_TOO_LARGE:
            return make(
                .tooLarge,
                "It would unpack to more than 2 GB, or nests more than 100000 items.",
                "Check the file; no MR series is so large.")
        case VSDB_DICOM_NO_DECODER:
            return make(
                .unsupported,
                "Its pixels are compressed by a method that is not read "
                    + "(transfer syntax \(transferSyntax)).",
                "Transcode it first, for example with 'gdcmconv --raw IN OUT' or at the archive.")
        case VSDB_DICOM_NO_PIXELS:
            return make(
                .unsupported, "It holds no pixel data.", "Give the image series itself.")
        case VSDB_DICOM_INCOMPLETE:
            return make(.truncated, "Its pixel data are too short: \(reason).", again)
        case VSDB_DICOM_NO_DICTIONARY:
            return make(
                .unreadable, "DCMTK's data dictionary is missing, so nothing DICOM can be read.",
                "Install the Debian package libdcmtk17, or set DCMDICTPATH.")
        case VSDB_DICOM_NO_LIBRARY:
            return make(
                .unreadable,
                "The part of vsdb that reads and writes DICOM cannot be loaded (\(reason)).",
                "libvsdb-dicom.so must lie in the folder of the program; build vsdb again with "
                    + "scripts/build.")
        case VSDB_DICOM_INVALID:
            return make(
                .unsupported, "A value cannot be written as DICOM (\(reason)).",
                "Check the patient's identifier and the series' UIDs with 'vsdb show scan'.")
        case VSDB_DICOM_UNWRITABLE:
            return make(
                .unwritable, "It cannot be written.",
                "Check the folder, its permissions and the free space.")
        default:
            return make(.truncated, "It is damaged or cut short (\(reason)).", again)
        }
    }
}
