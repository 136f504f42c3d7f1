import Foundation
import Synchronization
import VSImaging

/// Predictions and truths in two folders, matched by file name.
public enum FolderComparison {
    /// The scores of all pairs, by name.
    ///
    /// - Throws: ``TrainingError`` where a truth has no prediction, or neither folder has a NIfTI
    ///   file; ``ImagingError`` where a file cannot be read.
    public static func scores(
        predictions: String, truth: String, progress: (Int, Int) -> Void = { _, _ in }
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
        return try names.enumerated().map { index, name in
            defer { progress(index + 1, names.count) }
            let paths = ["\(predictions)/\(name)", "\(truth)/\(name)"]
            // Two at a time, as unpacking takes longer than all that follows.
            let masks = Mutex([Result<Mask, ImagingError>?](repeating: nil, count: 2))
            DispatchQueue.concurrentPerform(iterations: 2) { half in
                let mask = Result { () throws(ImagingError) in try ScanReader.readMask(paths[half])
                }
                masks.withLock { $0[half] = mask }
            }
            let read = try masks.withLock { $0 }.compactMap { try $0?.get() }
            return try CaseScore(id: name, prediction: read[0], truth: read[1])
        }
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
