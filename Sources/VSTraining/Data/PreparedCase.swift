import Foundation
import Synchronization
package import VSImaging
package import VSNetwork
package import VSSegmentation

/// A case in memory as the network sees it: on the model's grid and normalised.
package struct PreparedCase: Sendable {
    package let id: String
    package let shape: WindowShape
    /// Normalised values, [D][H][W].
    package let image: [Float]
    /// 0 or 1, [D][H][W].
    package let truth: [UInt8]
    /// Positions of the foreground voxels.
    package let tumour: [Int32]
    /// Volume of one voxel, mm³.
    package let voxelVolumeMm3: Double

    package init(id: String, image: Volume, truth: Mask) {
        self.id = id
        shape = WindowShape(
            depth: image.shape.depth, height: image.shape.height, width: image.shape.width)
        self.image = image.voxels
        self.truth = truth.voxels
        tumour = truth.voxels.indices.filter { truth.voxels[$0] == 1 }.map(Int32.init)
        voxelVolumeMm3 = image.affine.voxelVolumeMm3
    }

    /// Reads a case's files and prepares them as inference would.
    package init(
        _ source: TrainingCase, preprocessor: Preprocessor
    ) throws(TrainingError) {
        let image: Volume
        let mask: Volume
        do {
            image = try ScanReader.read(source.image).volume
            mask = try ScanReader.read(source.mask).volume
        } catch {
            throw TrainingError(
                .unusable, subject: error.subject, message: error.message, remedy: error.remedy)
        }
        guard image.shape == mask.shape else {
            throw TrainingError(
                .unusable, subject: source.mask,
                message: "The mask of case \(source.id) has another size than its image.",
                remedy: "Give a mask on the image's own grid.")
        }
        guard Self.lie(mask, where: image) else {
            throw TrainingError(
                .unusable, subject: source.mask,
                message: "The mask of case \(source.id) lies elsewhere in space than its image.",
                remedy: "Give a mask on the image's own grid, with the same affine.")
        }
        let input = preprocessor.prepare(image)
        let truth =
            input.isResampled
            ? mask.resampled(to: input.volume.shape, affine: input.volume.affine) : mask
        self.init(
            id: source.id, image: input.volume,
            truth: Mask(
                shape: truth.shape, affine: truth.affine,
                voxels: truth.voxels.map { $0 >= 0.5 ? 1 : 0 }))
    }

    /// Whether two volumes of one size agree at all corners to within half the least spacing.
    private static func lie(_ a: Volume, where b: Volume) -> Bool {
        let spacing = b.affine.spacing
        let limit = min(spacing.depth, spacing.height, spacing.width) / 2
        let last = SIMD3(
            Double(b.shape.depth - 1), Double(b.shape.height - 1), Double(b.shape.width - 1))
        return (0..<8).allSatisfy { corner in
            let at = SIMD3<Double>(
                corner & 1 == 0 ? 0 : last.x, corner & 2 == 0 ? 0 : last.y,
                corner & 4 == 0 ? 0 : last.z)
            let off = a.affine.point(at.x, at.y, at.z) - b.affine.point(at.x, at.y, at.z)
            return off.length <= limit
        }
    }

    /// Reads many cases, one per processor at a time; `progress` is told how many are done.
    ///
    /// - Throws: the error of the first case, in order, that cannot be read.
    package static func load(
        _ cases: [TrainingCase], preprocessor: Preprocessor, progress: (Int) -> Void
    ) throws -> [PreparedCase] {
        let together = max(1, ProcessInfo.processInfo.activeProcessorCount)
        var result: [PreparedCase] = []
        result.reserveCapacity(cases.count)
        while result.count < cases.count {
            let part = Array(cases[result.count..<min(result.count + together, cases.count)])
            let read = Mutex(
                [Result<PreparedCase, TrainingError>?](repeating: nil, count: part.count))
            DispatchQueue.concurrentPerform(iterations: part.count) { index in
                let prepared: Result<PreparedCase, TrainingError>
                do throws(TrainingError) {
                    prepared = .success(try PreparedCase(part[index], preprocessor: preprocessor))
                } catch {
                    prepared = .failure(error)
                }
                read.withLock { $0[index] = prepared }
            }
            for outcome in read.withLock({ $0 }) {
                if let outcome { result.append(try outcome.get()) }
            }
            progress(result.count)
        }
        return result
    }
}
