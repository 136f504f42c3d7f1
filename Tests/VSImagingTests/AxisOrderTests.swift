import Testing
import VSImaging

/// One grid of 2 slices, 3 rows and 4 columns, stored along every order and direction of axes.
@Suite struct AxisOrderTests {
    /// A storage order: which of W, H, D each file axis is, and which of them are turned about.
    struct Storage: CustomTestStringConvertible {
        let axes: [Int]
        let flips: [Bool]

        var testDescription: String {
            zip(axes, flips).map { ($1 ? "-" : "+") + ["W", "H", "D"][$0] }.joined(separator: " ")
        }

        static let all: [Storage] = [
            [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
        ]
        .flatMap { axes in
            (0..<8).map { bits in
                Storage(axes: axes, flips: (0..<3).map { bits >> $0 & 1 == 1 })
            }
        }

        /// The file of a grid with these steps (W, H, D; LPS) whose voxel (d, h, w) holds
        /// 100 d + 10 h + w.
        func file(steps: [LPSPoint], origin: LPSPoint) -> NIfTIFile {
            let sizes = [4, 3, 2]
            let weights = [1.0, 10, 100]
            var file = NIfTIFile(dims: axes.map { sizes[$0] }, type: .int16)
            var start = origin
            var columns: [LPSPoint] = []
            for (axis, flipped) in zip(axes, flips) {
                if flipped { start += Double(sizes[axis] - 1) * steps[axis] }
                columns.append(flipped ? -steps[axis] : steps[axis])
            }
            columns.append(start)
            file.sform = (0..<3).map { row in
                columns.map { row == 2 ? $0[row] : -$0[row] }
            }
            var values: [Double] = []
            for k in 0..<file.dims[2] {
                for j in 0..<file.dims[1] {
                    for i in 0..<file.dims[0] {
                        var value = 0.0
                        for (place, at) in [i, j, k].enumerated() {
                            let axis = axes[place]
                            let turned = flips[place] ? sizes[axis] - 1 - at : at
                            value += weights[axis] * Double(turned)
                        }
                        values.append(value)
                    }
                }
            }
            file.values = values
            return file
        }
    }

    static let shape = GridShape(depth: 2, height: 3, width: 4)
    static let expected: [Float] = [
        0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23,
        100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123,
    ]

    @Test("an axial scan is the same volume in all 48 orders of its axes", arguments: Storage.all)
    func axial(storage: Storage) throws {
        let steps: [LPSPoint] = [[0.5, 0, 0], [0, 0.5, 0], [0, 0, 1.5]]
        #expect(try difference(storage, steps: steps, origin: [-3, 4, 5]) == nil)
    }

    @Test("an oblique scan is too", arguments: Storage.all)
    func oblique(storage: Storage) throws {
        let steps: [LPSPoint] = [
            [0.5 * 0.96, 0.5 * 0.28, 0], [-0.5 * 0.28 * 0.8, 0.5 * 0.96 * 0.8, 0.5 * 0.6],
            [1.5 * 0.28 * 0.6, -1.5 * 0.96 * 0.6, 1.5 * 0.8],
        ]
        #expect(try difference(storage, steps: steps, origin: [-3, 4, 5]) == nil)
    }

    @Test("the slices of a coronal scan are found by their distance", arguments: Storage.all)
    func coronal(storage: Storage) throws {
        let steps: [LPSPoint] = [[0.5, 0, 0], [0, 0, 0.5], [0, 1.5, 0]]
        #expect(try difference(storage, steps: steps, origin: .zero) == nil)
    }

    @Test("the slices of a sagittal scan are found by their distance", arguments: Storage.all)
    func sagittal(storage: Storage) throws {
        let steps: [LPSPoint] = [[0, 0.5, 0.01], [0, -0.01, 0.5], [1.5, 0, 0]]
        let volume = try read(storage.file(steps: steps, origin: .zero))
        #expect(volume.affine.spacing.depth == 1.5)
        #expect(volume.affine.depthStep.x > 0)
    }

    @Test("where all distances are alike the slices are axial", arguments: Storage.all)
    func isotropic(storage: Storage) throws {
        let steps: [LPSPoint] = [[1.02, 0, 0], [0, 1, 0], [0, 0, 1]]
        #expect(try difference(storage, steps: steps, origin: .zero) == nil)
    }

    private func read(_ file: NIfTIFile) throws -> Volume {
        let folder = try TemporaryFolder()
        try file.write(to: folder.file("x.nii"))
        return try ScanReader.read(folder.file("x.nii")).volume
    }

    /// What of the volume that is read is not as it should be; nil where all is.
    private func difference(
        _ storage: Storage, steps: [LPSPoint], origin: LPSPoint
    ) throws -> String? {
        let volume = try read(storage.file(steps: steps, origin: origin))
        let affine = volume.affine
        if volume.shape != Self.shape { return "shape \(volume.shape)" }
        if volume.voxels != Self.expected { return "voxels \(volume.voxels)" }
        guard (affine.origin - origin).length < 1e-5 else { return "origin \(affine.origin)" }
        let found = [affine.widthStep, affine.heightStep, affine.depthStep]
        let isSame = zip(found, steps).allSatisfy { ($0 - $1).length < 1e-6 }
        return isSame ? nil : "steps \(found)"
    }
}
