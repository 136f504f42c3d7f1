import VSGrowth
import VSSegmentation
import VSSurveillance

extension Endpoint {
    /// Scans that come in.
    static let uploads: [Endpoint] = [
        Endpoint(
            .post, path: "/patients/{patient}/scans", name: "uploadScan",
            summary: "Hand in a scan; its segmentation is queued. The same scan again changes "
                + "nothing.",
            parameters: [
                Parameter(
                    name: "date", kind: "string",
                    description: "The day of the exam, YYYY-MM-DD; DICOM may say it itself."),
                Parameter(
                    name: "side", kind: "string",
                    description: "left or right: where the tumour is, where that is known."),
                Parameter(
                    name: "sequence", kind: "string",
                    description: "What the scan is; T2 families are segmented. By default T2, or "
                        + "what DICOM's tags say."),
                Parameter(name: "name", kind: "string", description: "The file's name."),
                Parameter(
                    name: "series", kind: "string",
                    description: "Of a DICOM study this series (SeriesInstanceUID)."),
                Parameter(
                    name: "strict", kind: "boolean",
                    description: "'true' refuses a patient who is not registered."),
                Parameter(
                    name: "assumeAxes", kind: "boolean",
                    description: "'true' takes NIfTI without orientation as right-left, "
                        + "front-back, foot-head."),
            ],
            body: .file("A NIfTI file (.nii, .nii.gz), a DICOM file, or a zip archive of a study."),
            content: .object(["scan", "patient", "examDate", "isRepeat", "job", "sha256", "bytes"]),
            access: .handingIn, action: "hand in scan", handling: .upload)
    ]
}

extension UploadRequest {
    /// What a request's query says of a scan.
    ///
    /// - Throws: ``Problem`` for a value that cannot be read.
    init(_ question: Question) throws(Problem) {
        let query = question.query
        // An empty word says nothing, as an empty field of a form does.
        func word(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            patient: question.text("patient"), sequence: word("sequence"), name: word("name"),
            series: word("series"))
        if let text = word("date") {
            guard let day = ExamDate(iso: text) else {
                throw Problem(400, "invalid", "date is a day as YYYY-MM-DD, not \(text).")
            }
            date = day
        }
        if let text = word("side") {
            guard let known = Side(rawValue: text) else {
                throw Problem(400, "invalid", "side is left or right, not \(text).")
            }
            side = known
        }
        isStrict = try question.flag("strict")
        assumesAxes = try question.flag("assumeAxes")
    }
}
