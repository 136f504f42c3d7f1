import Foundation
import Testing
import VSGrowth
import VSImaging
import VSStore
import VSSurveillance
import VSTestSupport

/// A small data set in one of the public layouts, made of the heads with bright cubes.
struct MiniatureDataset {
    let clinic: Clinic
    let folder: String

    init() throws {
        clinic = try Clinic()
        folder = clinic.folder.file("set")
    }

    /// The middle of the tumour, mm LPS.
    static let centre = LPSPoint(22, 0, 12)

    /// The voxels of the bright cube `half` mm from middle to face, with other cubes by their label.
    static func labels(
        half: Double, label: Float = 1,
        others: [(centre: LPSPoint, half: Double, label: Float)] = []
    ) -> Volume {
        let image = head()
        var result = Volume(
            shape: image.shape, affine: image.affine,
            voxels: [Float](repeating: 0, count: image.voxels.count))
        for cube in [(centre: centre, half: half, label: label)] + others {
            for d in 0..<image.shape.depth {
                for h in 0..<image.shape.height {
                    for w in 0..<image.shape.width {
                        let step = image.affine.point(Double(d), Double(h), Double(w)) - cube.centre
                        if abs(step.x) <= cube.half, abs(step.y) <= cube.half,
                            abs(step.z) <= cube.half
                        {
                            result[d, h, w] = cube.label
                        }
                    }
                }
            }
        }
        return result
    }

    /// The volume of the cube's voxels, mm³.
    static func volumeMm3(half: Double) -> Double {
        let volume = labels(half: half)
        return Double(volume.voxels.count { $0 == 1 }) * volume.affine.voxelVolumeMm3
    }

    /// Squares around the cube, one a slice: what a person would draw.
    static func squares(half: Double) -> [[LPSPoint]] {
        let reach = half + 0.2
        return (0..<16).map { 1.5 * Double($0) }.filter { abs($0 - centre.z) <= half }.map { z in
            [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map {
                LPSPoint(centre.x + $0.0 * reach, centre.y + $0.1 * reach, z)
            }
        }
    }

    func write(_ volume: Volume, _ name: String) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try NIfTIWriter.write(volume, to: path)
    }

    func write(_ text: String, _ name: String) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A head with the cube.
    static func image(half: Double) -> Volume { head(spots: [(centre, half)]) }

    func listing(
        _ dataset: PublicDataset, includesT1: Bool = false
    ) throws -> DatasetListing {
        try dataset.listing(
            of: folder, assumedDay: try day("2014-01-01"), includesT1: includesT1)
    }

    @discardableResult
    func importing(
        _ dataset: PublicDataset, includesT1: Bool = false
    ) throws -> (done: [DatasetImport], leftOut: [DatasetListing.Omission]) {
        let listing = try listing(dataset, includesT1: includesT1)
        let done = try clinic.surveillance.importDataset(
            listing.exams, reader: dataset.rawValue, today: try day("2025-12-31"))
        return (done, listing.leftOut)
    }
}

/// A structure set of squares, as a planning system writes it.
func structureSet(
    of series: String, _ structures: [(name: String, polygons: [[LPSPoint]])]
) -> DICOMFile {
    func item(_ change: (inout DICOMFile) -> Void) -> DICOMFile {
        var file = DICOMFile()
        change(&file)
        return file
    }
    var file = DICOMFile()
    file[0x0008_0016] = .text("UI", StructureSet.sopClass)
    file[0x0008_0018] = .text("UI", series + ".99")
    file[0x0008_0060] = .text("CS", "RTSTRUCT")
    file[0x0010_0020] = .text("LO", "P1")
    let reference = item { $0[0x0020_000E] = .text("UI", series) }
    let study = item { $0[0x3006_0014] = .items([reference]) }
    file[0x3006_0010] = .items([item { $0[0x3006_0012] = .items([study]) }])
    file[0x3006_0020] = .items(
        structures.enumerated().map { index, structure in
            item {
                $0[0x3006_0022] = .text("IS", "\(index + 1)")
                $0[0x3006_0026] = .text("LO", structure.name)
            }
        })
    // In another order than the names, as the standard allows.
    file[0x3006_0039] = .items(
        structures.enumerated().reversed().map { index, structure in
            item { owner in
                owner[0x3006_0084] = .text("IS", "\(index + 1)")
                owner[0x3006_0040] = .items(
                    structure.polygons.map { ring in
                        item {
                            $0[0x3006_0042] = .text("CS", "CLOSED_PLANAR")
                            $0[0x3006_0046] = .text("IS", "\(ring.count)")
                            $0[0x3006_0050] = .text(
                                "DS",
                                ring.map { "\($0.x)\\\($0.y)\\\($0.z)" }.joined(separator: "\\"))
                        }
                    })
            }
        })
    return file
}
