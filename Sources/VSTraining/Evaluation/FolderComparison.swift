import Foundation
import Synchronization
import VSImaging

/// Predictions and truths in two folders, matched by file name.
public enum FolderComparison {
    /// How long a comparison took, seconds.
    public struct Timings: Sendable, Equatable {
        /// Reading and unpacking the files.
        public var read = 0.0
        /// Overlap, distances and components.
        public var compare = 0.0

        /// Nothing yet.
        public init() {}
    }

    /// The scores of all pairs, by name.
    public static func scores(predictions: String, truth: String) throws -> [CaseScore] {
        var timings = Timings()
        return try scores(predictions: predictions, truth: truth, timings: &timings)
    }

    /// The scores of all pairs, by name; `timings` grows by what they took.
    ///
    /// - Throws: ``TrainingError`` where a truth has no prediction, or neither folder has a NIfTI
    ///   file; ``ImagingError`` where a file cannot be read.
    public static func scores(
        predictions: String, truth: String, timings: inout Timings,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> [CaseScore] {
        let names = try nifti(in: truth)
        let found = Set(try nifti(in: predictions))
        let missing = names.filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw TrainingError(
                .missing, subject: predictions,
                message: "\(missing.count) of \(names.count) predictions are missing, the first "
                    + "being \(missing[0]).",
                remedy: "Predict every case, or take the truth out.")
        }
        let clock = ContinuousClock()
        return try names.enumerated().map { index, name in
            defer { progress(index + 1, names.count) }
            let start = clock.now
            let (prediction, truth) = try masks("\(predictions)/\(name)", "\(truth)/\(name)")
            let isRead = clock.now
            let score = try CaseScore(id: name, prediction: prediction, truth: truth)
            timings.read += (isRead - start) / .seconds(1)
            timings.compare += (clock.now - isRead) / .seconds(1)
            return score
        }
    }

    /// Reads two masks at a time, as unpacking takes longer than all that follows.
    private static func masks(
        _ first: String, _ second: String
    ) throws(ImagingError) -> (Mask, Mask) {
        let ahead = Mutex<Result<Mask, ImagingError>?>(nil)
        let behind = Mutex<Result<Mask, ImagingError>?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { half in
            let path = half == 0 ? first : second
            let mask = Result { () throws(ImagingError) in try ScanReader.readMask(path) }
            if half == 0 { ahead.withLock { $0 = mask } } else { behind.withLock { $0 = mask } }
        }
        guard let one = ahead.withLock({ $0 }), let other = behind.withLock({ $0 }) else {
            preconditionFailure("both halves have run")
        }
        return (try one.get(), try other.get())
    }

    private static func nifti(in folder: String) throws(TrainingError) -> [String] {
        guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw TrainingError(
                .missing, subject: folder, message: "There is no such folder.",
                remedy: "Give a folder of masks (.nii, .nii.gz).")
        }
        let names = all.filter { $0.hasSuffix(".nii") || $0.hasSuffix(".nii.gz") }.sorted()
        guard !names.isEmpty else {
            throw TrainingError(
                .unusable, subject: folder, message: "It holds no NIfTI file.",
                remedy: "Give a folder of masks (.nii, .nii.gz).")
        }
        return names
    }
}
