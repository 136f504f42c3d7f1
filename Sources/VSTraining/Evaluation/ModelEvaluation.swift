import VSImaging
public import VSSegmentation

/// Runs a model over cases with truth, whole scans as in practice.
public enum ModelEvaluation {
    /// The scores of all cases, in order.
    ///
    /// - Parameters:
    ///   - segmenter: the model.
    ///   - cases: images with truth.
    ///   - expected: how many tumours a scan may have.
    ///   - progress: told the number and score of each case done.
    ///   - isCancelled: asked between windows.
    /// - Returns: one score per case.
    /// - Throws: the errors of reading and segmenting.
    public static func scores(
        of segmenter: Segmenter, on cases: [TrainingCase], expected: ExpectedTumours = .bothSides,
        progress: (Int, CaseScore) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [CaseScore] {
        try cases.enumerated().map { index, item in
            let image = try ScanReader.read(item.image).volume
            let result = try segmenter.segment(
                image, subject: item.image, expected: expected, isCancelled: isCancelled)
            let score = try CaseScore(
                id: item.id, prediction: result.mask, truth: ScanReader.readMask(item.mask))
            progress(index + 1, score)
            return score
        }
    }
}
