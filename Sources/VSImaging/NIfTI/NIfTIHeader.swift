public import Foundation

/// The scalar voxel types of NIfTI that are read.
public enum NIfTIDatatype: Int, Sendable {
    case uint8 = 2
    case int16 = 4
    case int32 = 8
    case float32 = 16
    case float64 = 64
    case int8 = 256
    case uint16 = 512
    case uint32 = 768
    case int64 = 1024
    case uint64 = 1280

    /// Bytes of one voxel.
    var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }
}

/// A NIfTI-1 or NIfTI-2 header: its bytes, kept as they were, and the fields that matter, checked.
///
/// Source: the NIfTI-1.1 and NIfTI-2 definitions (nifti1.h, nifti2.h of the NIfTI library).
public struct NIfTIHeader: Sendable, Equatable {
    /// The header as it stands in the file: 348 bytes (NIfTI-1) or 540 (NIfTI-2).
    public let bytes: Data
    /// Whether the file's byte order is big endian.
    public let isBigEndian: Bool
    /// 1 or 2.
    public let version: Int
    /// Whether header and voxels are two files.
    public let isPair: Bool
    /// dim[1...3]: voxels along the file's own axes.
    public let dims: [Int]
    /// pixdim[1...3] as stored.
    public let pixdim: [Double]
    /// The voxel type.
    public let datatype: NIfTIDatatype
    /// Stored value to real value: value * slope + inter; slope 1 and inter 0 where unset.
    public let slope: Double
    /// See ``slope``.
    public let inter: Double
    /// Where the voxels start.
    public let voxelOffset: Int
    /// qform_code and sform_code; zero for unset.
    public let qformCode: Int
    /// See ``qformCode``.
    public let sformCode: Int
    /// Millimetres in the header's unit of length; 1 where it names none.
    let unitMm: Double
    /// pixdim[0]: the handedness of the qform, -1 or 1.
    let qfac: Double
    /// quatern b, c, d and the offsets x, y, z.
    let quaternion: [Double]
    /// The three rows of the sform.
    let sform: [[Double]]

    /// The number of voxels.
    public var voxelCount: Int { dims.reduce(1, *) }

    /// Bytes of the voxels as stored.
    public var voxelBytes: Int { voxelCount * datatype.size }
}

extension NIfTIHeader {
    static let lengthOfVersion1 = 348
    static let lengthOfVersion2 = 540

    /// Reads and checks a header; `subject` names the file in errors.
    public init(_ bytes: Data, subject: String) throws(ImagingError) {
        func malformed(_ message: String) -> ImagingError {
            ImagingError(
                .malformed, subject: subject, message: message,
                remedy: "Convert the series again, for example with dcm2niix.")
        }
        let start = Data(bytes.prefix(Self.lengthOfVersion2))
        guard start.count >= Self.lengthOfVersion1 else {
            throw ImagingError(
                .truncated, subject: subject,
                message: "The header ends after \(start.count) of \(Self.lengthOfVersion1) bytes.",
                remedy: "Copy or export the file again.")
        }
        guard let (version, isBigEndian) = Self.kind(of: start) else {
            throw malformed("It is no NIfTI file (its first bytes name no header size).")
        }
        let length = version == 1 ? Self.lengthOfVersion1 : Self.lengthOfVersion2
        guard start.count >= length else {
            throw ImagingError(
                .truncated, subject: subject,
                message: "The header ends after \(start.count) of \(length) bytes.",
                remedy: "Copy or export the file again.")
        }
        let fields = HeaderFields(start, isBigEndian: isBigEndian, version: version)
        guard let isPair = fields.isPair else {
            throw malformed("It has no NIfTI magic; perhaps it is an Analyze 7.5 file.")
        }
        self.bytes = start.prefix(length)
        self.isBigEndian = isBigEndian
        self.version = version
        self.isPair = isPair
        dims = try Self.spatialDims(fields.dim, subject: subject)
        guard let datatype = NIfTIDatatype(rawValue: fields.datatype) else {
            throw ImagingError(
                .unsupported, subject: subject,
                message: "Its voxels are \(Self.name(ofType: fields.datatype)); one number per "
                    + "voxel is needed.",
                remedy: "Export the T2 series itself, not a colour or complex image.")
        }
        self.datatype = datatype
        guard fields.bitpix == datatype.size * 8 else {
            throw malformed(
                "Its header contradicts itself: \(fields.bitpix) bits for a type of "
                    + "\(datatype.size * 8).")
        }
        pixdim = Array(fields.pixdim[1...3])
        qfac = fields.pixdim[0] < 0 ? -1 : 1
        unitMm = fields.lengthUnit == 1 ? 1000 : fields.lengthUnit == 3 ? 0.001 : 1
        let isScaled = fields.slope != 0 && fields.slope.isFinite && fields.inter.isFinite
        slope = isScaled ? fields.slope : 1
        inter = isScaled ? fields.inter : 0
        qformCode = fields.qformCode
        sformCode = fields.sformCode
        quaternion = fields.quaternion
        sform = fields.sform
        let offset = fields.voxelOffset
        let least = isPair ? 0 : Double(length)
        guard offset.isFinite, offset >= least, offset < 1e9 else {
            throw malformed("Its voxels would start at byte \(offset).")
        }
        voxelOffset = Int(offset)
    }

    /// The version and byte order that the first four bytes name.
    private static func kind(of start: Data) -> (version: Int, isBigEndian: Bool)? {
        for isBigEndian in [false, true] {
            let size = HeaderFields(start, isBigEndian: isBigEndian, version: 1).int(0, 4)
            if size == lengthOfVersion1 { return (1, isBigEndian) }
            if size == lengthOfVersion2 { return (2, isBigEndian) }
        }
        return nil
    }

    /// dim[1...3], after a check that the file holds one volume of a sane size.
    private static func spatialDims(_ dim: [Int], subject: String) throws(ImagingError) -> [Int] {
        guard (1...7).contains(dim[0]), dim[1...dim[0]].allSatisfy({ $0 > 0 }) else {
            throw ImagingError(
                .malformed, subject: subject, message: "Its dimensions are \(dim).",
                remedy: "Convert the series again, for example with dcm2niix.")
        }
        guard dim[0] >= 3, dim[1...3].allSatisfy({ $0 > 1 }) else {
            throw ImagingError(
                .unsupported, subject: subject,
                message: "It is a \(dim[1...dim[0]].map(String.init).joined(separator: " x ")) "
                    + "image, not a volume of several slices.",
                remedy: "Give the whole T2 series.")
        }
        let more = dim[0] > 3 ? dim[4...dim[0]].reduce(1) { $0.multipliedClamped(by: $1) } : 1
        guard more == 1 else {
            throw ImagingError(
                .unsupported, subject: subject,
                message: "It holds \(more) volumes; a scan is one.",
                remedy: "Split it, and give the T2 volume.")
        }
        let count = dim[1...3].reduce(1) { $0.multipliedClamped(by: $1) }
        guard count <= ScanReader.largestVoxelCount else {
            throw ImagingError(
                .tooLarge, subject: subject,
                message: "It claims \(dim[1...3].map(String.init).joined(separator: " x ")) "
                    + "voxels; at most \(ScanReader.largestVoxelCount) are read.",
                remedy: "Check the file; a T2 series of the head has fewer than 100 million.")
        }
        return Array(dim[1...3])
    }

    private static func name(ofType code: Int) -> String {
        switch code {
        case 32, 1792, 2048: "complex numbers"
        case 128, 2304: "RGB colours"
        case 1: "single bits"
        case 1536: "128-bit numbers"
        default: "of unknown type \(code)"
        }
    }
}

extension Int {
    /// The product, or `Int.max` where it overflows.
    func multipliedClamped(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
