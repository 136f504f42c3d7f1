import Foundation

extension DICOMInstance {
    /// Reads a file of a study; nil where it is no DICOM.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - isMeant: whether it was named as an image.
    /// - Throws: ``ImagingError`` for DICOM that is damaged or cut short.
    init?(of file: StudyFiles.File, isMeant: Bool = false) throws(ImagingError) {
        guard isMeant || DICOMAttributes.isPlausible(file.path) else { return nil }
        try self.init(path: file.path, name: file.name)
        let images = ["1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1"]
        guard hasSize || !images.contains(sopClass) else {
            throw ImagingError(
                .truncated, subject: file.name,
                message: "It is an MR image that ends before its Rows and Columns.",
                remedy: "Copy or export the series again.")
        }
    }

    /// Whether it has rows and columns, as images do, and reports, plans and directories do not.
    var hasSize: Bool { pixels.rows > 0 && pixels.columns > 0 }

    /// Why an object without rows may be what is left of an image; nil for others.
    var doubt: ImagingError? {
        hasSize || !sopClass.isEmpty || isDirectory
            ? nil : Self.doubt(name, "It does not say what kind of object it is")
    }

    /// Why a file that is no DICOM may be what is left of an image; nil for others.
    static func doubt(of file: StudyFiles.File) -> ImagingError? {
        // Of an empty file nothing can be had either.
        let start = StudyFiles.start(file.path, 132) ?? Data()
        let name = file.name.lowercased()
        if !FileManager.default.isReadableFile(atPath: file.path) {
            return doubt(file.name, "It cannot be read")
        } else if start.allSatisfy({ $0 == 0 }) {
            return doubt(file.name, start.isEmpty ? "It is empty" : "It begins with zeros")
        } else if start.starts(with: StudyFiles.gzipStart), !name.hasSuffix(".nii.gz") {
            return doubt(file.name, "It is compressed with gzip")
        } else if name.hasSuffix(".dcm") {
            return doubt(file.name, "It is named as DICOM and is none")
        }
        return nil
    }

    /// A series beside such a file cannot be trusted to be whole: at its ends no gap betrays what lacks.
    private static func doubt(_ name: String, _ reason: String) -> ImagingError {
        ImagingError(
            .truncated, subject: name, message: "\(reason), and may be one of the images.",
            remedy: "Copy or export the study again, or take the file away if it is no image.")
    }
}
