import VSImaging
public import VSSegmentation

/// Runs a model over cases with truth, whole scans as in practice.
public enum ModelEvaluation {
    /// The scores of all cases, in order.
    public static func scores(
        of segmenter: Segmenter, on cases: [TrainingCase],
        progress: (Int, CaseScore) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [CaseScore] {
        try cases.enumerated().map { index, item in
            let image = try ScanReader.read(item.image).volume
            let result = try segmenter.segment(
                image, subject: item.image, isCancelled: isCancelled)
            let score = try CaseScore(
                id: item.id, prediction: result.mask, truth: FolderComparison.mask(item.mask))
            progress(index + 1, score)
            return score
        }
    }
}
