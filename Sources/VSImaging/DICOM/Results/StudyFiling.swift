import CDICOM
import Foundation

/// What an archive files a study by: whose it is, of when, and its numbers.
///
/// The patient's name, birth date, sex and referring physician are only ever handed on from a study's
/// own images to its results; nothing stores or prints them.
public struct StudyFiling: Sendable, Hashable {
    /// An attribute by its tag.
    public enum Attribute: UInt32, Sendable, CaseIterable {
        /// StudyDate, YYYYMMDD.
        case studyDate = 0x0008_0020
        /// StudyTime, HHMMSS with a fraction.
        case studyTime = 0x0008_0030
        /// AccessionNumber.
        case accessionNumber = 0x0008_0050
        /// ReferringPhysicianName.
        case referringPhysician = 0x0008_0090
        /// PatientName.
        case patientName = 0x0010_0010
        /// PatientID.
        case patientID = 0x0010_0020
        /// PatientBirthDate, YYYYMMDD.
        case birthDate = 0x0010_0030
        /// PatientSex: F, M or O.
        case sex = 0x0010_0040
        /// StudyID.
        case studyID = 0x0020_0010

        /// Those that name no person.
        public static let impersonal: [Self] = [
            .studyDate, .studyTime, .accessionNumber, .studyID,
        ]
    }

    private var values: [Attribute: String] = [:]

    /// Nothing is known.
    public init() {}

    /// The value of an attribute; one that is empty, or that DICOM does not allow, is left out.
    public subscript(_ attribute: Attribute) -> String? {
        get { values[attribute] }
        set { values[attribute] = newValue.flatMap { Self.usable($0, as: attribute) } }
    }

    /// The attributes that have a value, by tag.
    public var known: [(attribute: Attribute, value: String)] {
        values.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }

    /// Reads attributes of a file.
    init(_ file: DICOMAttributes, _ attributes: [Attribute] = Attribute.allCases) {
        for attribute in attributes { self[attribute] = file.text(attribute.rawValue) }
    }

    private static func usable(_ text: String, as attribute: Attribute) -> String? {
        let text = text.trimmingCharacters(in: .whitespaces)
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" }
        let isRight =
            switch attribute {
            case .studyDate, .birthDate: text.wholeMatch(of: /[0-9]{8}/) != nil
            case .studyTime: text.wholeMatch(of: /[0-9]{2,6}(\.[0-9]{1,6})?/) != nil
            case .sex: ["F", "M", "O"].contains(text)
            case .patientName, .referringPhysician: text.count <= 194
            case .accessionNumber, .studyID, .patientID: text.count <= 64
            }
        return !text.isEmpty && isPlain && isRight ? text : nil
    }
}

extension StudyFiling {
    /// Reads what a study's own images say.
    ///
    /// - Parameters:
    ///   - path: a file, a folder, a DICOMDIR or a zip archive with one of them at least.
    ///   - study: its StudyInstanceUID.
    /// - Returns: what the first of them says.
    /// - Throws: ``ImagingError`` where none is of that study.
    public static func read(_ path: String, ofStudy study: String) throws(ImagingError) -> Self {
        for file in try StudyFiles(path).files where DICOMAttributes.isPlausible(file.path) {
            let image = try DICOMAttributes(file.path, subject: file.name)
            if image.text(DICOMTag.study) == study { return StudyFiling(image) }
        }
        throw ImagingError(
            .missing, subject: path, message: "It holds no image of the study \(study).",
            remedy: "Give the study that the scan was registered from.")
    }

    /// Sets the known attributes in a result's file, which is written anew.
    ///
    /// - Throws: ``ImagingError`` where it cannot be read or written; then it is as it was.
    public func write(into path: String) throws(ImagingError) {
        try DICOMResult.write(to: path) { copy, reason, size in
            Self.withTexts(known.map(\.value)) {
                vsdb_result_file_again(
                    path, copy, known.map(\.attribute.rawValue), $0, known.count, reason, size)
            }
        }
    }

    private static func withTexts(
        _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Int32
    ) -> Int32 {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) })
    }
}
