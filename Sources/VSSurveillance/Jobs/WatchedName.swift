import Foundation
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore

/// What a watched file says of itself: by a companion in JSON, by its name, `PATIENT_YYYY-MM-DD` or
/// `PATIENT_YYYY-MM-DD_SEQUENCE` before the ending, or, if it is DICOM, by its tags.
struct WatchedName {
    /// The registration it stands for.
    let request: StudyRequest

    private struct Companion: Decodable {
        var patient: String?
        var date: String?
        var sequence: String?
        var side: String?
    }

    /// Reads what is said of a file, or of a folder of DICOM.
    ///
    /// - Throws: `StoreError` with what is missing or cannot be.
    init(_ name: String, in folder: String) throws(StoreError) {
        let path = "\(folder)/\(name)"
        let isNIfTI = [".nii", ".nii.gz"].contains { name.lowercased().hasSuffix($0) }
        guard isNIfTI || DICOMStudy.isDICOM(path) else {
            throw Self.refused(
                name, "It is no NIfTI file (.nii, .nii.gz), and no DICOM (a folder or a .zip).")
        }
        var request = StudyRequest(path: path)
        if let companion = Self.companion(of: name, in: folder) {
            try Self.read("\(folder)/\(companion)", named: companion, into: &request)
        } else {
            try Self.read(name, into: &request)
        }
        guard !isNIfTI || (request.patient != nil && request.date != nil) else {
            throw Self.refused(name, "Its name says no patient and day.")
        }
        // Of several series a program put here, nobody is there to choose another than T2.
        request.mustBeT2 = !isNIfTI && request.sequence == nil
        self.request = request
    }

    /// The file that says whose scan a watched file is: `NAME.json`, NAME with or without its ending.
    static func companion(of name: String, in folder: String) -> String? {
        ["\(name).json", "\(stem(of: name)).json"].first {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)")
        }
    }

    private static func stem(of name: String) -> String {
        name.replacing(/(?i)\.(nii|nii\.gz|zip|dcm)$/, with: "")
    }

    private static func read(
        _ path: String, named name: String, into request: inout StudyRequest
    ) throws(StoreError) {
        guard let data = FileManager.default.contents(atPath: path),
            let facts = try? JSONDecoder().decode(Companion.self, from: data)
        else { throw refused(name, "It is no JSON object of \"patient\" and \"date\".") }
        guard let patient = facts.patient else {
            throw refused(name, "It does not say the \"patient\".")
        }
        guard let text = facts.date else { throw refused(name, "It does not say the \"date\".") }
        request.patient = patient
        request.date = try day(text, in: name)
        request.sequence = facts.sequence
        if let text = facts.side {
            guard let side = Side(rawValue: text) else {
                throw refused(name, "Its \"side\" is \(text), and it is left or right.")
            }
            request.side = side
        }
    }

    private static func read(
        _ name: String, into request: inout StudyRequest
    ) throws(StoreError) {
        guard let match = stem(of: name).wholeMatch(of: /(.+)_(\d{4}-\d\d-\d\d)(?:_(.+))?/) else {
            return
        }
        request.patient = String(match.output.1)
        request.date = try day(String(match.output.2), in: name)
        request.sequence = match.output.3.map { String($0).replacing("_", with: " ") }
    }

    private static func day(_ text: String, in name: String) throws(StoreError) -> ExamDate {
        guard let date = ExamDate(iso: text) else {
            throw refused(name, "\(text) is no day of the calendar (YYYY-MM-DD).")
        }
        return date
    }

    private static func refused(_ name: String, _ message: String) -> StoreError {
        StoreError(
            .invalid, subject: name, message: message,
            remedy:
                "Name the scan PATIENT_YYYY-MM-DD.nii.gz, or put the facts into a .json of its name, "
                + "and move it back into the watched folder.")
    }
}
