import CNIfTI
public import Foundation

/// A scan as read: its volume in canonical order, and what is needed to write on its own grid.
public struct ScanImage: Sendable {
    /// The voxels, scaled, in canonical order, with their affine in LPS.
    public let volume: Volume
    /// The file's header, kept bit for bit.
    public let header: NIfTIHeader
    /// How the file's axes became the canonical ones.
    public let axes: AxisOrder
    /// The file as the user named it.
    public let source: String

    /// Puts a scan together again from what was stored of it.
    ///
    /// - Throws: ``ImagingError`` where the header does not describe the volume.
    public init(volume: Volume, headerBytes: Data, source: String) throws(ImagingError) {
        header = try NIfTIHeader(headerBytes, subject: source)
        let geometry = try NIfTIGeometry(header, assumesAxes: true, subject: source)
        axes = AxisOrder(steps: geometry.steps, dims: header.dims)
        guard axes.shape == volume.shape else {
            throw ImagingError(
                .malformed, subject: source,
                message: "The stored header does not describe the stored voxels.",
                remedy: "Run 'vsdb doctor'.")
        }
        self.volume = volume
        self.source = source
    }

    init(volume: Volume, header: NIfTIHeader, axes: AxisOrder, source: String) {
        self.volume = volume
        self.header = header
        self.axes = axes
        self.source = source
    }
}

/// How a scan is to be read.
public struct ScanReadingOptions: Sendable {
    /// Where a file has neither sform nor qform: take its axes as right-to-left, front-to-back and
    /// foot-to-head instead of refusing it.
    public var assumesAxes: Bool

    /// Makes options.
    public init(assumesAxes: Bool = false) { self.assumesAxes = assumesAxes }
}

/// Reads NIfTI-1 and NIfTI-2 files: .nii, .nii.gz, and .hdr/.img pairs, either byte order.
public enum ScanReader {
    /// Files with more voxels than this are refused (1.5 GB as float32).
    public static let largestVoxelCount = 400_000_000

    /// Reads a scan.
    ///
    /// The header is checked in full before niftilib sees the file, and the file's size before any
    /// memory is taken, so that neither a damaged nor a malicious file does harm.
    /// - Throws: ``ImagingError`` naming the file, the cause and what to do.
    public static func read(
        _ path: String, options: ScanReadingOptions = .init()
    ) throws(ImagingError) -> ScanImage {
        try read(path, options) { voxels, header, axes, affine in
            ScanImage(
                volume: Volume(
                    shape: axes.shape, affine: affine, voxels: voxels.canonical(axes)),
                header: header, axes: axes, source: path)
        }
    }

    /// Reads a mask: whatever is above one half is foreground.
    ///
    /// A file without axes is taken as right-to-left, front-to-back and foot-to-head.
    /// - Throws: ``ImagingError`` naming the file, the cause and what to do.
    public static func readMask(_ path: String) throws(ImagingError) -> Mask {
        try read(path, ScanReadingOptions(assumesAxes: true)) { voxels, _, axes, affine in
            Mask(shape: axes.shape, affine: affine, voxels: voxels.mask(axes))
        }
    }

    private static func read<Result>(
        _ path: String, _ options: ScanReadingOptions,
        _ make: (StoredVoxels, NIfTIHeader, AxisOrder, Affine) -> Result
    ) throws(ImagingError) -> Result {
        let files = try ScanFiles(path)
        let header = try NIfTIHeader(
            files.headerBytes(NIfTIHeader.lengthOfVersion2), subject: path)
        try files.checkKind(of: header)
        let geometry = try NIfTIGeometry(
            header, assumesAxes: options.assumesAxes, subject: path)
        try files.checkVoxels(of: header)
        let axes = AxisOrder(steps: geometry.steps, dims: header.dims)
        return make(
            StoredVoxels(data: try storedVoxels(files, header), header: header), header, axes,
            axes.affine(steps: geometry.steps, origin: geometry.origin))
    }

    /// The voxels as niftilib reads them, in its memory.
    private static func storedVoxels(
        _ files: ScanFiles, _ header: NIfTIHeader
    ) throws(ImagingError) -> Data {
        var found: UnsafeMutableRawPointer?
        var size = 0
        guard vsdb_nifti_read_voxels(files.header, &found, &size) == 0, let found else {
            throw unfinished(files)
        }
        let data = Data(
            bytesNoCopy: found, count: size,
            deallocator: .custom { memory, _ in vsdb_nifti_free(memory) })
        guard size == header.voxelBytes else { throw unfinished(files) }
        return data
    }

    private static func unfinished(_ files: ScanFiles) -> ImagingError {
        ImagingError(
            .truncated, subject: files.path, message: "Its voxels cannot be read to their end.",
            remedy: "Copy or export the file again.")
    }
}
