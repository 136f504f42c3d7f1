import Foundation
public import VSGrowth
import VSImaging
public import VSSurveillance

extension DICOMwebArchive {
    /// How a study is to be registered.
    public struct Pull: Sendable {
        /// The study.
        public var study: String
        /// The SeriesInstanceUID to take; nil chooses, and takes only what is recognised as T2.
        public var series: String?
        /// Whether a worker is to segment it later.
        public var isQueued: Bool

        /// Names all.
        public init(study: String, series: String? = nil, isQueued: Bool = false) {
            self.study = study
            self.series = series
            self.isQueued = isQueued
        }
    }

    /// Fetches the MR series of a study and registers the T2 one; the notes say why that one.
    ///
    /// - Parameters:
    ///   - pull: the study, and how.
    ///   - surveillance: the use cases that register.
    ///   - today: exams after this day are refused.
    ///   - progress: told what is done and its fraction.
    /// - Returns: what was stored, or that the scan was known.
    /// - Throws: an error of the archive, the images, the network or the store; then nothing was
    ///   stored.
    public func register(
        _ pull: Pull, _ surveillance: Surveillance, today: ExamDate,
        progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) async throws -> Registration {
        guard Self.isUid(pull.study) else {
            throw PACSError(
                .refused, subject: pull.study, message: "It is no StudyInstanceUID.",
                remedy: "'vsdb pacs find' lists the studies of a patient.")
        }
        let folder = try await fetch(pull.study) { progress("fetching", $0) }
        var request = StudyRequest(path: folder.path, series: pull.series)
        request.mustBeT2 = pull.series == nil
        request.isQueued = pull.isQueued
        request.origin = "pacs"
        let made = request
        do {
            return try await OwnThread.run { isCancelled in
                Result {
                    try surveillance.register(
                        made, today: today, progress: { progress($0, $1) },
                        isCancelled: isCancelled)
                }
            }.get()
        } catch let error as ImagingError {
            // The folder is gone before anybody could look.
            let name = "study \(pull.study)"
            throw ImagingError(
                error.code,
                subject: error.subject.replacingOccurrences(of: folder.path, with: name),
                message: error.message.replacingOccurrences(of: folder.path, with: name),
                remedy: error.remedy)
        }
    }
}
