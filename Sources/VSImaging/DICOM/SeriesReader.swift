import CDICOM
import Foundation

extension DICOMSeries {
    /// Decodes the series into a scan, with a NIfTI header of its own grid made for it.
    ///
    /// - Parameter source: the path as the user named it.
    /// - Returns: the scan, with the files' order kept as the header's axes.
    /// - Throws: ``ImagingError`` where the slices make no stack or the pixels cannot be used.
    public func read(source: String) throws(ImagingError) -> ScanImage {
        let subject = "\(source), \(title)"
        try checkKind(subject)
        try StackCheck(subject: subject).oneExam(instances)
        let geometry = try SeriesGeometry(frames, subject: subject)
        let slicePixels = geometry.dims[0] * geometry.dims[1]
        var place = [Int](repeating: 0, count: frames.count)
        for (slice, frame) in geometry.order.enumerated() { place[frame] = slice }
        var values = [Float](repeating: 0, count: slicePixels * frames.count)
        var next = 0
        for instance in instances {
            let stored = try StoredPixels(instance)
            for frame in instance.frames {
                let start = place[next] * slicePixels
                stored.copy(frame, to: &values, at: start)
                next += 1
            }
        }
        Self.fillPadding(&values)
        return try Self.image(values, geometry: geometry, source: source)
    }

    /// Whether it is of a kind that can be one volume of one number a pixel.
    private func checkKind(_ subject: String) throws(ImagingError) {
        func refuse(_ message: String, _ remedy: String) -> ImagingError {
            ImagingError(.unsupported, subject: subject, message: message, remedy: remedy)
        }
        guard facts.modality == "MR" else {
            throw refuse(
                "It is of modality \(facts.modality.isEmpty ? "unknown" : facts.modality), not MR.",
                "Give an MR series.")
        }
        for instance in instances {
            let (name, pixels) = (instance.name, instance.pixels)
            if instance.facts.imageType.contains("MOSAIC") {
                throw refuse(
                    "\(name) is a mosaic, many slices laid out in one image.",
                    "Export the slices as single images, or give the T2 series.")
            }
            if pixels.frames > 1, !instance.isEnhanced {
                throw refuse(
                    "\(name) holds \(pixels.frames) frames and does not say where each lies.",
                    "Export the series as enhanced MR or as single images.")
            }
            guard pixels.samples == 1, pixels.photometric.hasPrefix("MONOCHROME") else {
                throw refuse(
                    "\(name) is a colour image (\(pixels.photometric)).",
                    "Give the original MR series.")
            }
            guard [8, 16].contains(pixels.bitsAllocated),
                (1...pixels.bitsAllocated).contains(pixels.bitsStored),
                (pixels.bitsStored - 1..<pixels.bitsAllocated).contains(pixels.highBit)
            else {
                throw refuse(
                    "\(name) stores \(pixels.bitsStored) bits in \(pixels.bitsAllocated) up to bit "
                        + "\(pixels.highBit); 1 to 16 bits in 8 or 16 are read.",
                    "Export the series again.")
            }
            for frame in instance.frames
            where frame.slope == 0 || !frame.slope.isFinite || !frame.intercept.isFinite {
                throw refuse(
                    "\(name) has the rescale slope \(frame.slope).", "Export the series again.")
            }
        }
    }

    /// Padding becomes the smallest value that is none, as air.
    private static func fillPadding(_ values: inout [Float]) {
        guard values.contains(where: \.isNaN) else { return }
        let least = values.lazy.filter { !$0.isNaN }.min() ?? 0
        for index in values.indices where values[index].isNaN { values[index] = least }
    }

    /// A scan from values in the file's order, columns fastest.
    private static func image(
        _ values: [Float], geometry: SeriesGeometry, source: String
    ) throws(ImagingError) -> ScanImage {
        let fits = values.allSatisfy { $0 == $0.rounded() && abs($0) <= 32767 }
        let bytes = NIfTIHeader.fresh(
            dims: geometry.dims, steps: geometry.steps, origin: geometry.origin,
            datatype: fits ? .int16 : .float32)
        let header = try NIfTIHeader(bytes, subject: source)
        // By the header's rounded steps, as they decide again when the scan is read from the store.
        let rounded = try NIfTIGeometry(header, assumesAxes: false, subject: source)
        let axes = AxisOrder(steps: rounded.steps, dims: geometry.dims)
        let voxels = [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
            axes.forEachVoxel { buffer[$0] = values[$1] }
            count = values.count
        }
        let affine = axes.affine(steps: geometry.steps, origin: geometry.origin)
        return ScanImage(
            volume: Volume(shape: axes.shape, affine: affine, voxels: voxels), header: header,
            axes: axes, source: source)
    }
}

/// The decoded pixels of one file, as stored.
private final class StoredPixels {
    private let data: UnsafeMutableRawPointer
    private let pixels: DICOMInstance.Pixels

    init(_ instance: DICOMInstance) throws(ImagingError) {
        pixels = instance.pixels
        let count = [pixels.rows, pixels.columns, pixels.frames].reduce(1) {
            $0.multipliedClamped(by: $1)
        }
        guard count > 0, count <= ScanReader.largestVoxelCount else {
            throw ImagingError(
                .tooLarge, subject: instance.name,
                message: "It claims \(pixels.columns) x \(pixels.rows) x \(pixels.frames) pixels; "
                    + "at most \(ScanReader.largestVoxelCount) are read.", remedy: "Check the file."
            )
        }
        var found: UnsafeMutableRawPointer?
        let stored = instance.pixels
        let (status, reason) = DICOMAttributes.call {
            vsdb_dicom_pixels(
                instance.path, UInt32(stored.bitsAllocated), stored.rows, stored.columns,
                stored.frames, &found, $0, $1)
        }
        guard status == VSDB_DICOM_OK, let found else {
            throw DICOMFault(status, reason).error(
                instance.name, transferSyntax: instance.transferSyntax)
        }
        data = found
    }

    deinit { vsdb_dicom_free(data) }

    /// Writes one frame's scaled values; padding as NaN.
    func copy(_ frame: DICOMFrame, to values: inout [Float], at start: Int) {
        let count = pixels.rows * pixels.columns
        let shift = pixels.highBit + 1 - pixels.bitsStored
        let mask = (1 << pixels.bitsStored) - 1
        let sign = pixels.isSigned ? 1 << (pixels.bitsStored - 1) : 0
        // The same bits mean the same number, however the padding value itself was written.
        let padding = pixels.padding.map { range in
            let ends = [range.lowerBound, range.upperBound].map { (($0 & mask) ^ sign) - sign }
            return min(ends[0], ends[1])...max(ends[0], ends[1])
        }
        func store(_ raw: Int, _ index: Int) {
            let value = (((raw >> shift) & mask) ^ sign) - sign
            let isPadding = padding?.contains(value) ?? false
            values[start + index] =
                isPadding ? .nan : Float(Double(value) * frame.slope + frame.intercept)
        }
        let first = frame.frame * count
        if pixels.bitsAllocated == 16 {
            let words = data.assumingMemoryBound(to: UInt16.self)
            for index in 0..<count { store(Int(words[first + index]), index) }
        } else {
            let bytes = data.assumingMemoryBound(to: UInt8.self)
            for index in 0..<count { store(Int(bytes[first + index]), index) }
        }
    }
}
