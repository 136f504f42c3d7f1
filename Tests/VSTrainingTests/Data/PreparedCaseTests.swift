import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport
import VSTraining

struct PreparedCaseTests {
    static let preprocessor = Preprocessor(
        ModelDescription(
            name: "test", version: "1", spacingMm: [1.5, 0.4, 0.4],
            normalisation: Normalisation(region: .head)))

    /// Writes an image with its mask, and names them as a case.
    private static func write(
        _ image: Volume, _ mask: Mask, _ id: String, in folder: TemporaryFolder
    ) throws -> TrainingCase {
        let item = TrainingCase(
            id: id, image: folder.file("\(id).nii.gz"), mask: folder.file("\(id)-mask.nii"),
            split: .training)
        try NIfTIWriter.write(image, to: item.image)
        try NIfTIWriter.write(mask, to: item.mask)
        return item
    }

    private static func ball(_ image: Volume, radiusMm: Double) -> Mask {
        let middle = image.affine.point(
            Double(image.shape.depth / 2), Double(image.shape.height / 2),
            Double(image.shape.width / 2))
        var result = Mask(
            shape: image.shape, affine: image.affine,
            voxels: Array(repeating: 0, count: image.shape.count))
        for d in 0..<image.shape.depth {
            for h in 0..<image.shape.height {
                for w in 0..<image.shape.width {
                    let step = image.affine.point(Double(d), Double(h), Double(w)) - middle
                    result[d, h, w] = step.length <= radiusMm ? 1 : 0
                }
            }
        }
        return result
    }

    @Test("an image on the model's grid is what inference sees, its truth as drawn")
    func sameGrid() throws {
        let folder = try TemporaryFolder()
        let image = volume(6, 30, 34, scatter)
        let truth = Self.ball(image, radiusMm: 2.5)
        let source = try Self.write(image, truth, "a", in: folder)
        let prepared = try PreparedCase(source, preprocessor: Self.preprocessor)
        let read = try ScanReader.read(source.image).volume
        #expect(bits(prepared.image) == bits(Self.preprocessor.prepare(read).volume.voxels))
        #expect(prepared.id == "a")
        #expect(prepared.shape == WindowShape(depth: 6, height: 30, width: 34))
        #expect(prepared.truth == truth.voxels)
        #expect(
            prepared.tumour.map(Int.init) == truth.voxels.indices.filter { truth.voxels[$0] == 1 })
        #expect(prepared.tumour.count > 50)
        // The header holds spacings in single precision.
        #expect(abs(prepared.voxelVolumeMm3 - 0.24) < 1e-6)
    }

    @Test("a mask that lies elsewhere in space is refused", arguments: [0.05, 2.0])
    func elsewhere(shiftMm: Double) throws {
        let folder = try TemporaryFolder()
        let image = volume(6, 30, 34, scatter)
        var affine = image.affine
        affine.origin.x += shiftMm
        let moved = Mask(
            shape: image.shape, affine: affine, voxels: Self.ball(image, radiusMm: 2.5).voxels)
        let source = try Self.write(image, moved, "m", in: folder)
        guard shiftMm > 1 else {
            // Rounding in a header is no displacement.
            _ = try PreparedCase(source, preprocessor: Self.preprocessor)
            return
        }
        #expect {
            try PreparedCase(source, preprocessor: Self.preprocessor)
        } throws: {
            let error = $0 as? TrainingError
            return error?.code == .unusable && error?.message.contains("elsewhere") == true
        }
    }

    @Test("an image on another grid is resampled as inference does, and the truth with it")
    func otherGrid() throws {
        let folder = try TemporaryFolder()
        let image = volume(
            6, 40, 44, spacing: Spacing(depth: 3, height: 0.6, width: 0.6), origin: [3, 4, 5],
            scatter)
        let truth = Self.ball(image, radiusMm: 6)
        let source = try Self.write(image, truth, "b", in: folder)
        let prepared = try PreparedCase(source, preprocessor: Self.preprocessor)
        let input = Self.preprocessor.prepare(try ScanReader.read(source.image).volume)
        #expect(input.isResampled)
        #expect(bits(prepared.image) == bits(input.volume.voxels))
        #expect(prepared.shape == WindowShape(depth: 12, height: 60, width: 66))
        #expect(prepared.truth.count == prepared.shape.count)
        #expect(prepared.truth.allSatisfy { $0 <= 1 })
        let volumeMm3 = Double(prepared.tumour.count) * prepared.voxelVolumeMm3
        // Trilinear, at one half: a ball keeps its volume to some percent.
        #expect(abs(volumeMm3 / truth.volumeMm3() - 1) < 0.06)
    }

    @Test("an empty mask is a tumour-free case")
    func empty() throws {
        let folder = try TemporaryFolder()
        let image = volume(4, 20, 20, scatter)
        let source = try Self.write(image, Self.ball(image, radiusMm: -1), "c", in: folder)
        let prepared = try PreparedCase(source, preprocessor: Self.preprocessor)
        #expect(prepared.tumour.isEmpty)
    }

    @Test("a mask of another size is refused by its file's name")
    func otherSize() throws {
        let folder = try TemporaryFolder()
        let image = volume(4, 20, 20, scatter)
        let mask = Self.ball(volume(4, 20, 21, scatter), radiusMm: 2)
        let source = try Self.write(image, mask, "d", in: folder)
        let error = #expect(throws: TrainingError.self) {
            try PreparedCase(source, preprocessor: Self.preprocessor)
        }
        #expect(error?.code == .unusable)
        #expect(error?.subject == source.mask)
        #expect(error?.message.contains("case d") == true)
    }

    @Test("a file that cannot be read is named, with the reader's reason")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let image = volume(4, 20, 20, scatter)
        let source = try Self.write(image, Self.ball(image, radiusMm: 2), "e", in: folder)
        try Data("no scan".utf8).write(to: URL(fileURLWithPath: source.mask))
        let error = #expect(throws: TrainingError.self) {
            try PreparedCase(source, preprocessor: Self.preprocessor)
        }
        let reason = #expect(throws: ImagingError.self) { try ScanReader.read(source.mask) }
        #expect(error?.code == .unusable)
        #expect(error?.subject == source.mask)
        #expect(error?.message == reason?.message)
    }

    @Test("many cases come in the order asked for, and the first that fails is the error")
    func loading() throws {
        let folder = try TemporaryFolder()
        var sources: [TrainingCase] = []
        for number in 0..<7 {
            let image = volume(3, 10 + number, 12, scatter)
            sources.append(
                try Self.write(image, Self.ball(image, radiusMm: 1), "\(number)", in: folder))
        }
        var told: [Int] = []
        let cases = try PreparedCase.load(sources, preprocessor: Self.preprocessor) {
            told.append($0)
        }
        #expect(cases.map(\.id) == sources.map(\.id))
        #expect(cases.map(\.shape.height) == Array(10..<17))
        #expect(told == told.sorted() && told.last == 7)
        for number in [2, 5] { try FileManager.default.removeItem(atPath: sources[number].image) }
        let error = #expect(throws: TrainingError.self) {
            try PreparedCase.load(sources, preprocessor: Self.preprocessor) { _ in }
        }
        #expect(error?.subject == sources[2].image)
    }
}
