public import VSImaging
public import VSStore

/// An exam with a plane at the same level of the head as the last exam's largest cross-section.
public struct MatchedExam: Sendable {
    /// The exam.
    public let image: ExamImage
    /// The plane in the scan: its first point, and the steps to the next row and column.
    public let plane: Affine
    /// Whether the heads were laid upon each other; otherwise only the tumours' middles were.
    public let isAligned: Bool
}

extension Surveillance {
    /// Exams of one tumour at one level of the head, that of the last exam's largest cross-section.
    ///
    /// - Parameters:
    ///   - exams: measurements of one tumour in order of date; each shows it.
    ///   - pixels: along each side of the plane.
    ///   - pixelMm: between them.
    ///   - progress: told how many of how many exams are done.
    /// - Returns: one for each exam, in their order.
    /// - Throws: `StoreError` where voxels or a mask are missing or damaged.
    public func matchedExams(
        _ exams: [ExamRecord], pixels: Int, pixelMm: Double,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> [MatchedExam] {
        guard let newest = exams.last else { return [] }
        let last = try image(of: newest)
        let plane = Self.largestSection(last, pixels: pixels, pixelMm: pixelMm)
        var result: [MatchedExam] = []
        for (number, exam) in exams.dropLast().enumerated() {
            result.append(try matched(exam, to: last, plane))
            progress(number + 1, exams.count)
        }
        result.append(MatchedExam(image: last, plane: plane, isAligned: true))
        progress(exams.count, exams.count)
        return result
    }

    private func matched(
        _ exam: ExamRecord, to last: ExamImage, _ plane: Affine
    ) throws -> MatchedExam {
        let image = try image(of: exam)
        let match = match(image, last)
        return MatchedExam(
            image: image, plane: match.moved(plane), isAligned: match.basis == .registered)
    }

    /// A square along the scan's own rows and columns, about the middle of the slice with most tumour.
    private static func largestSection(
        _ image: ExamImage, pixels: Int, pixelMm: Double
    ) -> Affine {
        let (mask, affine) = (image.mask, image.mask.affine)
        let size = mask.shape.height * mask.shape.width
        let counts = (0..<mask.shape.depth).map { d in
            mask.voxels[d * size..<(d + 1) * size].reduce(0) { $0 + Int($1) }
        }
        let slice = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        let level = affine.voxel(at: image.centre) ?? .zero
        let middle = affine.point(Double(slice), level.y, level.z)
        let row = pixelMm / affine.heightStep.length * affine.heightStep
        let column = pixelMm / affine.widthStep.length * affine.widthStep
        let half = Double(pixels - 1) / 2
        return Affine(
            origin: middle - half * row - half * column, depthStep: affine.depthStep,
            heightStep: row, widthStep: column)
    }
}
