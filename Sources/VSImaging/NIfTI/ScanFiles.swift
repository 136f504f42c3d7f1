import CZlib
import Foundation

/// The one or two files of a scan on disk.
struct ScanFiles {
    /// As the user named it.
    let path: String
    /// The file with the header.
    let header: String
    /// The file with the voxels; the same for a single file.
    let voxels: String

    /// Deflate packs at most about 1032 to 1, so a gzip file that claims more is lying.
    private static let largestDeflateRatio = 1040

    /// Finds the files; a pair may be named by either of its halves.
    init(_ path: String) throws(ImagingError) {
        self.path = path
        try Self.check(path, subject: path)
        let endings = [".nii", ".nii.gz", ".hdr", ".hdr.gz", ".img", ".img.gz"]
        guard endings.contains(where: path.hasSuffix) else {
            throw ImagingError(
                .unsupported, subject: path,
                message: "Its name does not end in .nii, .nii.gz, .hdr or .img.",
                remedy: "Give a NIfTI file; convert DICOM series first, for example with dcm2niix."
            )
        }
        let stem = [".img.gz", ".img", ".hdr.gz", ".hdr"].first { path.hasSuffix($0) }
            .map { String(path.dropLast($0.count)) }
        guard let stem else {
            (header, voxels) = (path, path)
            return
        }
        func half(_ suffix: String) throws(ImagingError) -> String {
            let found = ["", ".gz"].map { stem + suffix + $0 }
                .first { FileManager.default.fileExists(atPath: $0) }
            guard let found else {
                throw ImagingError(
                    .missing, subject: path,
                    message: "Its other half, \(stem)\(suffix) or \(stem)\(suffix).gz, is missing.",
                    remedy: "Put the .hdr and the .img side by side.")
            }
            try Self.check(found, subject: path)
            return found
        }
        header = try half(".hdr")
        voxels = try half(".img")
    }

    private static func check(_ file: String, subject: String) throws(ImagingError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else {
            throw ImagingError(
                .missing, subject: subject, message: "There is no such file.",
                remedy: "Check the path.")
        }
        guard !isDirectory.boolValue else {
            throw ImagingError(
                .unreadable, subject: subject, message: "It is a folder.",
                remedy: "Give one NIfTI file (.nii, .nii.gz or .hdr with .img).")
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw ImagingError(
                .unreadable, subject: subject, message: "You may not read it.",
                remedy: "Change its permissions, or run as its owner.")
        }
        guard size(of: file) > 0 else {
            throw ImagingError(
                .truncated, subject: subject, message: "It is empty.",
                remedy: "Copy or export the file again.")
        }
    }

    private static func size(of file: String) -> Int {
        // The attributes are those of a link itself, and a scan may be reached by one.
        let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// The first `count` bytes of the header file, or fewer where it is shorter; gzip or not.
    func headerBytes(_ count: Int) throws(ImagingError) -> Data {
        guard let file = gzopen(header, "rb") else {
            throw ImagingError(
                .unreadable, subject: path, message: "It cannot be opened.",
                remedy: "Check the path and its permissions.")
        }
        defer { gzclose(file) }
        var buffer = [UInt8](repeating: 0, count: count)
        let got = gzread(file, &buffer, UInt32(count))
        guard got >= 0 else {
            throw ImagingError(
                .malformed, subject: path, message: "Its gzip data are damaged.",
                remedy: "Copy or export the file again.")
        }
        return Data(buffer.prefix(Int(got)))
    }

    /// Whether the voxel file can hold what the header claims, judged before memory is taken.
    func checkVoxels(of header: NIfTIHeader) throws(ImagingError) {
        let stored = Self.size(of: voxels)
        let isGzip = Self.isGzip(voxels)
        let most = isGzip ? stored.multipliedClamped(by: Self.largestDeflateRatio) : stored
        let claimed = header.voxelOffset + header.voxelBytes
        guard claimed <= most else {
            throw ImagingError(
                .truncated, subject: path,
                message: "Its header claims \(claimed) bytes, and the file of \(stored) bytes "
                    + "can\(isGzip ? "not hold so many" : " give only \(most)").",
                remedy: "Copy or export the file again.")
        }
    }

    /// Whether the files are what their names and the header say, which niftilib goes by.
    func checkKind(of header: NIfTIHeader) throws(ImagingError) {
        guard header.isPair == (self.header != voxels) else {
            throw ImagingError(
                .malformed, subject: path,
                message: header.isPair
                    ? "Its header is that of a pair, and it has the name of a single file."
                    : "Its header is that of a single file, and it has the name of a pair.",
                remedy: "Name a pair .hdr and .img, and a single file .nii or .nii.gz.")
        }
        for file in [self.header, voxels] where Self.isGzip(file) && !file.hasSuffix(".gz") {
            throw ImagingError(
                .malformed, subject: path,
                message: "It is compressed with gzip, and its name does not end in .gz.",
                remedy: "Rename it.")
        }
    }

    private static func isGzip(_ file: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: file) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 2)) == Data([0x1F, 0x8B])
    }
}
