import Foundation
import Testing
import VSImaging

/// Every file that must be refused: with which code, and that the message names file and cause.
@Suite struct BadFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let code: ImagingError.Code
        let cause: String
        let file: NIfTIFile
        var name = "x.nii"
        /// How many of the file's bytes are written.
        var keeps: Int?
    }

    private func expectRefusal(
        _ path: String, _ code: ImagingError.Code, _ cause: String,
        at location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ImagingError.self, sourceLocation: location) {
            try ScanReader.read(path)
        }
        #expect(error?.code == code, sourceLocation: location)
        let text = error?.description ?? ""
        #expect(text.hasPrefix(path + ": "), sourceLocation: location)
        #expect(text.contains(cause), "\(text)", sourceLocation: location)
        #expect(text.hasSuffix("."), "\(text)", sourceLocation: location)
    }

    private static func with(_ change: (inout NIfTIFile) -> Void) -> NIfTIFile {
        var file = NIfTIFile()
        change(&file)
        return file
    }

    private static let quarter = [[0.5, 0, 0, 0], [0, 0.5, 0, 0], [0, 0, 0.5, 0]]

    static let damaged: [Case] = [
        .init(
            testDescription: "header cut", code: .truncated, cause: "ends after 200 of 348 bytes",
            file: .init(), keeps: 200),
        .init(
            testDescription: "header of version 2 cut", code: .truncated,
            cause: "ends after 400 of 540 bytes", file: .init(version: 2), keeps: 400),
        .init(
            testDescription: "voxels cut", code: .truncated, cause: "448 bytes", file: .init(),
            keeps: 440),
        .init(
            testDescription: "no voxels", code: .truncated, cause: "448 bytes", file: .init(),
            keeps: 352),
        .init(
            testDescription: "compressed voxels cut", code: .truncated,
            cause: "cannot be read to their end", file: .init(), name: "x.nii.gz", keeps: 420),
        .init(
            testDescription: "wrong magic", code: .malformed, cause: "no NIfTI magic",
            file: with { $0.magic = "abc" }),
        .init(
            testDescription: "magic of the other version", code: .malformed,
            cause: "no NIfTI magic", file: with { $0.magic = "n+2" }),
        .init(
            testDescription: "a pair's header in a single file", code: .malformed,
            cause: "header is that of a pair", file: with { $0.isPair = true }),
        .init(
            testDescription: "bits that contradict the type", code: .malformed,
            cause: "8 bits for a type of 32", file: with { $0.bitpix = 8 }),
        .init(
            testDescription: "voxels inside the header", code: .malformed,
            cause: "start at byte 12", file: with { $0.voxelOffset = 12 }),
        .init(
            testDescription: "voxels far away", code: .truncated, cause: "claims",
            file: with { $0.voxelOffset = 1e8 }, keeps: 448),
    ]

    static let sizes: [Case] = [
        .init(
            testDescription: "negative size", code: .malformed, cause: "-4",
            file: with { ($0.dims, $0.values) = ([4, -4, 2], [0]) }),
        .init(
            testDescription: "size zero", code: .malformed, cause: "dimensions",
            file: with { ($0.dims, $0.values) = ([4, 0, 2], [0]) }),
        .init(
            testDescription: "no dimensions", code: .malformed, cause: "dimensions",
            file: with { ($0.dims, $0.values) = ([], [0]) }),
        .init(
            testDescription: "more voxels than bytes", code: .truncated, cause: "claims",
            file: with { ($0.dims, $0.values) = ([40, 30, 20], [0]) }),
        .init(
            testDescription: "100 GB in a small gzip", code: .tooLarge, cause: "3000 x 3000 x 3000",
            file: with { ($0.dims, $0.values) = ([3000, 3000, 3000], [0]) }, name: "x.nii.gz"),
        .init(
            testDescription: "1.5 GB in a small gzip", code: .truncated,
            cause: "cannot hold so many",
            file: with { ($0.dims, $0.values) = ([700, 700, 700], [0]) }, name: "x.nii.gz"),
        .init(
            testDescription: "a product past 64 bits", code: .tooLarge, cause: "at most",
            file: with {
                $0.version = 2
                ($0.dims, $0.values) = ([1 << 40, 1 << 40, 1 << 40], [0])
            }),
        .init(
            testDescription: "a product that wraps to a small number", code: .tooLarge,
            cause: "at most",
            file: with {
                $0.version = 2
                ($0.dims, $0.values) = ([1 << 32, 1 << 32, 2], [0])
            }),
    ]

    static let kinds: [Case] = [
        .init(
            testDescription: "two dimensions", code: .unsupported, cause: "4 x 3 image",
            file: with { $0.dims = [4, 3] }),
        .init(
            testDescription: "one slice", code: .unsupported, cause: "4 x 3 x 1 image",
            file: with { $0.dims = [4, 3, 1] }),
        .init(
            testDescription: "two volumes", code: .unsupported, cause: "2 volumes",
            file: with { $0.dims = [4, 3, 2, 2] }),
        .init(
            testDescription: "six volumes in 5D", code: .unsupported, cause: "6 volumes",
            file: with { $0.dims = [4, 3, 2, 2, 3] }),
        .init(
            testDescription: "RGB", code: .unsupported, cause: "RGB colours",
            file: with { ($0.datatype, $0.bitpix) = (128, 24) }),
        .init(
            testDescription: "RGBA", code: .unsupported, cause: "RGB colours",
            file: with { ($0.datatype, $0.bitpix) = (2304, 32) }),
        .init(
            testDescription: "complex", code: .unsupported, cause: "complex numbers",
            file: with { ($0.datatype, $0.bitpix) = (32, 64) }),
        .init(
            testDescription: "long double", code: .unsupported, cause: "128-bit numbers",
            file: with { ($0.datatype, $0.bitpix) = (1536, 128) }),
        .init(
            testDescription: "unknown type", code: .unsupported, cause: "unknown type 77",
            file: with { $0.datatype = 77 }),
        .init(
            testDescription: "a name that no reader knows", code: .unsupported,
            cause: "does not end in .nii", file: .init(), name: "x.dcm"),
    ]

    static let geometries: [Case] = [
        .init(
            testDescription: "NaN in the affine", code: .geometry, cause: "not a finite number",
            file: with { $0.sform[1][2] = .nan }),
        .init(
            testDescription: "infinite origin", code: .geometry, cause: "not a finite number",
            file: with { $0.sform[0][3] = .infinity }),
        .init(
            testDescription: "singular affine", code: .geometry, cause: "singular",
            file: with { $0.sform = [[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]] }),
        .init(
            testDescription: "affine of zeros", code: .geometry, cause: "spacing is 0 x 0 x 0 mm",
            file: with { $0.sform = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] }),
        .init(
            testDescription: "no distance between slices", code: .geometry,
            cause: "spacing is 0.5 x 0.5 x 0 mm",
            file: with {
                $0.sform = quarter
                $0.sform[2][2] = 0
            }),
        .init(
            testDescription: "zero pixdim under a qform", code: .geometry,
            cause: "spacing is 1 x 1 x 0 mm",
            file: with {
                ($0.sformCode, $0.qformCode) = (0, 1)
                $0.pixdim[3] = 0
            }),
        .init(
            testDescription: "negative pixdim under a qform", code: .geometry,
            cause: "cannot be negative",
            file: with {
                ($0.sformCode, $0.qformCode) = (0, 1)
                $0.pixdim[1] = -1
            }),
        .init(
            testDescription: "NaN in the quaternion", code: .geometry,
            cause: "not a finite number",
            file: with {
                ($0.sformCode, $0.qformCode) = (0, 1)
                $0.quaternion[1] = .nan
            }),
        .init(
            testDescription: "NaN in pixdim under a qform", code: .geometry,
            cause: "not a finite number",
            file: with {
                ($0.sformCode, $0.qformCode) = (0, 1)
                $0.pixdim[2] = .nan
            }),
        .init(
            testDescription: "slices ten metres apart", code: .geometry, cause: "1 x 1 x 1e+04 mm",
            file: with { $0.sform[2][2] = 1e4 }),
    ]

    @Test("a bad file is refused with its cause", arguments: damaged + sizes + kinds + geometries)
    func made(bad: Case) throws {
        let path = folder.file(bad.name)
        let bytes = bad.name.hasSuffix(".gz") ? gzip(bad.file.bytes) : bad.file.bytes
        try Data(bytes.prefix(bad.keeps ?? bytes.count)).write(to: URL(filePath: path))
        expectRefusal(path, bad.code, bad.cause)
    }

    @Test(
        "a bad file of other projects is refused with its cause",
        arguments: [
            ("bad/analyze75.hdr", ImagingError.Code.missing, "other half"),
            ("bad/empty.nii.gz", .truncated, "It is empty"),
            ("bad/fuzz_crash-1.nii", .malformed, "no NIfTI file"),
            ("bad/not-nifti.nii", .malformed, "no NIfTI file"),
            ("types/complex64.nii", .unsupported, "3 x 3 image"),
            ("types/rgb24.nii", .unsupported, "RGB colours"),
            ("minimal_extended_hdr.nii", .unsupported, "8 x 8 image"),
            ("5D_small.nii", .unsupported, "image, not a volume"),
            ("functional_scl.nii", .unsupported, "20 volumes"),
            ("minimal_be_noform.nii", .geometry, "neither an sform nor a qform"),
            ("pair/minimal.img", .geometry, "neither an sform nor a qform"),
        ])
    func found(name: String, code: ImagingError.Code, cause: String) {
        expectRefusal(fixture(name), code, cause)
    }

    @Test func `what is not a readable file is refused with its cause`() throws {
        expectRefusal(folder.file("none.nii"), .missing, "no such file")
        expectRefusal(folder.path, .unreadable, "folder")
        try Data().write(to: URL(filePath: folder.file("empty.nii")))
        expectRefusal(folder.file("empty.nii"), .truncated, "It is empty")
        try Data(gzip([])).write(to: URL(filePath: folder.file("nothing.nii.gz")))
        expectRefusal(folder.file("nothing.nii.gz"), .truncated, "ends after 0 of 348 bytes")
    }

    @Test(.enabled(if: geteuid() != 0, "the administrator may read everything"))
    func `a file that may not be read is refused with its cause`() throws {
        let path = folder.file("x.nii")
        try NIfTIFile().write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        expectRefusal(path, .unreadable, "may not read")
    }

    @Test func `half a pair is refused, and so is a pair with a single file's header`() throws {
        try NIfTIFile(isPair: true).writePair(folder.file("half"))
        try FileManager.default.removeItem(atPath: folder.file("half.img"))
        expectRefusal(folder.file("half.hdr"), .missing, "other half")
        try NIfTIFile().writePair(folder.file("pair"))
        expectRefusal(folder.file("pair.hdr"), .malformed, "header is that of a single file")
        try NIfTIFile(isPair: true).writePair(folder.file("cut"))
        try Data(count: 50).write(to: URL(filePath: folder.file("cut.img")))
        expectRefusal(folder.file("cut.hdr"), .truncated, "50 bytes")
    }

    @Test func `a compressed file under a plain name is refused`() throws {
        try Data(gzip(NIfTIFile().bytes)).write(to: URL(filePath: folder.file("x.nii")))
        expectRefusal(folder.file("x.nii"), .malformed, "does not end in .gz")
    }

    @Test func `damage inside gzip data is noticed`() throws {
        var bytes = gzip(NIfTIFile().bytes)
        bytes[10] = 7  // no such kind of block
        try Data(bytes).write(to: URL(filePath: folder.file("x.nii.gz")))
        expectRefusal(folder.file("x.nii.gz"), .malformed, "gzip data are damaged")
    }
}
