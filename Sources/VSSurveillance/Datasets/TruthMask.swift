import VSImaging
import VSSegmentation

/// The truth of a data set's exam on the grid of its scan.
struct TruthMask {
    /// The mask on the scan's grid; never empty.
    let mask: Mask
    /// What is to be told of it, each a sentence.
    let remarks: [String]
    /// The last name of the file it came from.
    let file: String

    /// A mask that was brought to the scan's grid may have lost or won so much of its volume.
    private static let volumeShare = 0.05

    /// Reads a truth.
    ///
    /// - Parameters:
    ///   - truth: where it is.
    ///   - scan: the scan.
    /// - Throws: ``TruthRefusal`` where it cannot be used, or `ImagingError` where it cannot be read.
    init(_ truth: DatasetExam.Truth, on scan: Volume) throws {
        switch truth {
        case .mask(let path):
            let drawn = try ScanReader.read(path).volume
            let values = Self.values(of: drawn)
            guard values.count <= 1, values.allSatisfy({ $0 > 0 }) else {
                throw TruthRefusal("its mask holds more than one label")
            }
            (mask, remarks) = try Self.fit(drawn, to: scan)
            file = Self.name(path)
        case .labels(let path):
            let drawn = try ScanReader.read(path).volume
            guard Self.isSameGrid(drawn, scan) else {
                throw TruthRefusal("its labels lie on another grid than the image")
            }
            let labels = try CrossMoDALabels(drawn, on: scan)
            mask = Mask(shape: scan.shape, affine: scan.affine, voxels: labels.mask.voxels)
            remarks = [labels.remark]
            file = Self.name(path)
        case .polygons(let polygons, let name, let path):
            let stack = try ContourStack(polygons, subject: path)
            let drawn = stack.mask(on: scan.shape, affine: scan.affine)
            var told = ["Outline '\(name)'."]
            if stack.largestGap > 1.5 { told.append("Planes are left out between drawn ones.") }
            let planimetric = stack.planimetricVolumeMm3
            if abs(drawn.volumeMm3() / planimetric - 1) > 0.2 {
                told.append(
                    "Its contours enclose \(Int(planimetric.rounded())) mm³, the scan's voxels in "
                        + "them \(Int(drawn.volumeMm3().rounded())) mm³.")
            }
            mask = drawn
            remarks = told
            file = Self.name(path)
        }
        guard !mask.isEmpty else {
            throw TruthRefusal("its outline encloses no voxel of the image")
        }
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func values(of volume: Volume) -> Set<Float> {
        var values = Set<Float>()
        for value in volume.voxels where value != 0 && !values.contains(value) {
            values.insert(value)
            if values.count > 1 { break }
        }
        return values
    }

    private static func isSameGrid(_ drawn: Volume, _ scan: Volume) -> Bool {
        drawn.shape == scan.shape
            && drawn.affine.largestCornerDistanceMm(to: scan.affine, over: scan.shape)
                <= OutlineMask.toleranceMm
    }

    /// The mask on the scan's grid: voxel by voxel where the grids are one, else through both affines.
    private static func fit(
        _ drawn: Volume, to scan: Volume
    ) throws -> (mask: Mask, remarks: [String]) {
        func binary(_ values: [Float], above limit: Float) -> Mask {
            Mask(
                shape: scan.shape, affine: scan.affine, voxels: values.map { $0 > limit ? 1 : 0 })
        }
        guard !isSameGrid(drawn, scan) else { return (binary(drawn.voxels, above: 0), []) }
        let ones = Volume(
            shape: drawn.shape, affine: drawn.affine, voxels: drawn.voxels.map { $0 > 0 ? 1 : 0 })
        let before = Double(ones.voxels.count { $0 == 1 }) * drawn.affine.voxelVolumeMm3
        let moved = ones.resampled(to: scan.shape, affine: scan.affine, outside: 0)
        let mask = binary(moved.voxels, above: 0.5)
        guard before > 0 else { throw TruthRefusal("its mask is empty") }
        var remarks = ["Its mask lies on another grid and was brought to the image's."]
        if abs(mask.volumeMm3() / before - 1) > volumeShare {
            remarks.append(
                "That changed its volume from \(Int(before.rounded())) to "
                    + "\(Int(mask.volumeMm3().rounded())) mm³.")
        }
        return (mask, remarks)
    }
}
