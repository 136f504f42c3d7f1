import CZlib
public import Foundation

/// Writes NIfTI files: .nii, or .nii.gz by the name's ending.
public enum NIfTIWriter {
    /// Writes a mask on the grid of the scan it was made from, with that scan's header: dims,
    /// pixdim, qform, sform and units bit for bit; only type, scaling and offset change.
    public static func write(
        _ mask: Mask, like scan: ScanImage, to path: String
    ) throws(ImagingError) {
        precondition(mask.shape == scan.axes.shape, "the mask lies on the scan's grid")
        var voxels = Data(count: mask.voxels.count)
        voxels.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
            scan.axes.forEachVoxel { target[$1] = mask.voxels[$0] }
        }
        let header = scan.header.rewritten(datatype: .uint8)
        try save(header + voxels, to: path)
    }

    /// Writes a probability map, or any volume, on the grid of the scan it was made from.
    public static func write(
        _ volume: Volume, like scan: ScanImage, to path: String
    ) throws(ImagingError) {
        precondition(volume.shape == scan.axes.shape, "the volume lies on the scan's grid")
        var voxels = [UInt32](repeating: 0, count: volume.voxels.count)
        let isBigEndian = scan.header.isBigEndian
        scan.axes.forEachVoxel {
            let bits = volume.voxels[$0].bitPattern
            voxels[$1] = isBigEndian ? bits.bigEndian : bits.littleEndian
        }
        let header = scan.header.rewritten(datatype: .float32)
        try save(header + voxels.withUnsafeBytes { Data($0) }, to: path)
    }

    /// Writes a volume with a header made from its affine: float32, or int16 where every value is
    /// an integer that fits.
    public static func write(_ volume: Volume, to path: String) throws(ImagingError) {
        let fits = volume.voxels.allSatisfy { $0 == $0.rounded() && abs($0) <= 32767 }
        let header = NIfTIHeader.fresh(
            shape: volume.shape, affine: volume.affine, datatype: fits ? .int16 : .float32)
        let voxels =
            fits
            ? volume.voxels.map { Int16($0).littleEndian }.withUnsafeBytes { Data($0) }
            : volume.voxels.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
        try save(header + voxels, to: path)
    }

    /// The header that a volume of whole numbers is written with, without the bytes after it.
    public static func header(of volume: Volume) -> Data {
        NIfTIHeader.fresh(shape: volume.shape, affine: volume.affine, datatype: .int16)
            .prefix(NIfTIHeader.lengthOfVersion1)
    }

    /// Writes a mask with a header made from its affine.
    public static func write(_ mask: Mask, to path: String) throws(ImagingError) {
        let header = NIfTIHeader.fresh(
            shape: mask.shape, affine: mask.affine, datatype: .uint8)
        try save(header + Data(mask.voxels), to: path)
    }

    /// Writes through a temporary file beside the target, so that no half file is ever seen.
    private static func save(_ data: Data, to path: String) throws(ImagingError) {
        func unwritable() -> ImagingError {
            ImagingError(
                .unwritable, subject: path, message: "It cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
        let temporary = path + ".\(UInt32.random(in: 0 ... .max)).part"
        let mode = path.hasSuffix(".gz") ? "wb4" : "wbT"
        guard let file = gzopen(temporary, mode) else { throw unwritable() }
        let written = data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let part = min(bytes.count - done, 1 << 26)
                let got = gzwrite(file, bytes.baseAddress.map { $0 + done }, UInt32(part))
                if got <= 0 { return false }
                done += Int(got)
            }
            return true
        }
        let isClosed = gzclose(file) == Z_OK
        guard written, isClosed, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw unwritable()
        }
    }
}
