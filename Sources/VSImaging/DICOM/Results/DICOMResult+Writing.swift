import CDICOM
import Foundation

extension DICOMResult {
    /// Writes a DICOM Segmentation, one segment a tumour, only the slices that show it: binary, or
    /// fractional where probabilities are given.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - image: the scan as it was read from the series.
    ///   - probabilities: of each tumour the scan's voxels on its canonical grid, in steps of 1/255.
    /// - Throws: ``ImagingError`` for a value that DICOM does not allow, or a file that cannot be
    ///   written.
    public func writeSegmentation(
        to path: String, like image: ScanImage, probabilities: [[UInt8]]? = nil
    ) throws(ImagingError) {
        let dims = image.axes.dims
        guard dims[2] == source.slices.count else {
            throw ImagingError(
                .malformed, subject: image.source,
                message: "It has \(dims[2]) slices, and its series \(source.slices.count).",
                remedy: "Run 'vsdb doctor'.")
        }
        let given = probabilities ?? tumours.map(\.mask.voxels)
        precondition(given.count == tumours.count, "a map for each tumour")
        var voxels = [UInt8](repeating: 0, count: tumours.count * image.axes.shape.count)
        for (number, map) in given.enumerated() {
            precondition(map.count == image.axes.shape.count, "the map lies on the scan's grid")
            let start = number * image.axes.shape.count
            image.axes.forEachVoxel { voxels[start + $1] = map[$0] }
        }
        let collected = try collect(geometry: try SliceFrames(image))
        try Self.write(to: path) {
            vsdb_result_write_segmentation(
                collected.pointer, voxels, dims[1], dims[0], probabilities == nil ? 0 : 1, $0, $1,
                $2)
        }
    }

    /// Writes a DICOM measurement report (TID 1500) that refers to the segmentation.
    ///
    /// - Throws: as ``writeSegmentation(to:like:)``.
    public func writeReport(to path: String) throws(ImagingError) {
        let collected = try collect(geometry: nil)
        try Self.write(to: path) { vsdb_result_write_report(collected.pointer, $0, $1, $2) }
    }

    /// Through a temporary file beside the target, so that no half file is ever seen.
    static func write(
        to path: String,
        _ body: (String, UnsafeMutablePointer<CChar>?, Int) -> Int32
    ) throws(ImagingError) {
        let temporary = path + ".\(UInt32.random(in: 0 ... .max)).part"
        let (status, reason) = DICOMAttributes.call { body(temporary, $0, $1) }
        guard status == Int(VSDB_DICOM_OK) else {
            unlink(temporary)
            throw DICOMFault(status, reason).error(path)
        }
        guard rename(temporary, path) == 0 else {
            unlink(temporary)
            throw DICOMFault(Int(VSDB_DICOM_UNWRITABLE), "").error(path)
        }
    }

    private func collect(geometry: SliceFrames?) throws(ImagingError) -> CollectedResult {
        let result = try CollectedResult()
        for (what, text) in values(geometry) { try result.set(what, text) }
        for (attribute, text) in filing.known {
            try result.check(
                vsdb_result_file_under(result.pointer, attribute.rawValue, text))
        }
        let isMultiFrame = source.isMultiFrame
        for (index, slice) in source.slices.enumerated() {
            let frame = isMultiFrame ? UInt32(slice.frame + 1) : 0
            let position = geometry.map { DICOMNumber.text($0.position(index)) } ?? ""
            try result.check(vsdb_result_add_slice(result.pointer, slice.uid, frame, position))
        }
        for tumour in tumours { try result.add(tumour) }
        return result
    }

    private func values(_ geometry: SliceFrames?) -> [(Int, String)] {
        let authorship: [(Int, String)] =
            switch author {
            case .model(let model):
                [
                    (VSDB_RESULT_MODEL, model.name), (VSDB_RESULT_MODEL_VERSION, model.version),
                    (VSDB_RESULT_MODEL_HASH, model.sha256),
                ]
            case .reader(let name): [(VSDB_RESULT_READER, name ?? "")]
            }
        return authorship + [
            (VSDB_RESULT_PATIENT, patient), (VSDB_RESULT_STUDY, source.studyUid),
            (VSDB_RESULT_FRAME_OF_REFERENCE, source.frameOfReferenceUid),
            (VSDB_RESULT_SOURCE_SERIES, source.seriesUid),
            (VSDB_RESULT_SOURCE_CLASS, source.sopClassUid),
            (VSDB_RESULT_SERIES, identity.segmentationSeries),
            (VSDB_RESULT_INSTANCE, identity.segmentation),
            (VSDB_RESULT_REPORT_SERIES, identity.reportSeries),
            (VSDB_RESULT_REPORT_INSTANCE, identity.report),
            (VSDB_RESULT_DEVICE, identity.device),
            (VSDB_RESULT_SOFTWARE, software), (VSDB_RESULT_DATE, date),
            (VSDB_RESULT_TIME, time), (VSDB_RESULT_TIME_POINT, timePoint),
            (VSDB_RESULT_PIXEL_SPACING, geometry?.pixelSpacing ?? ""),
            (VSDB_RESULT_SLICE_SPACING, geometry?.sliceSpacing ?? ""),
            (VSDB_RESULT_ORIENTATION, geometry?.orientation ?? ""),
            (VSDB_RESULT_INTENDED_USE, intendedUse),
        ]
    }
}

/// Where the slices of a scan lie, in DICOM's words.
private struct SliceFrames {
    private let geometry: NIfTIGeometry

    init(_ image: ScanImage) throws(ImagingError) {
        geometry = try NIfTIGeometry(image.header, assumesAxes: false, subject: image.source)
    }

    /// The centre of the first pixel of a slice, mm LPS.
    func position(_ slice: Int) -> LPSPoint { geometry.origin + Double(slice) * geometry.steps[2] }

    /// Between rows and between columns; seven digits, as the header is single precision.
    var pixelSpacing: String {
        [geometry.steps[1], geometry.steps[0]].map { DICOMNumber.text($0.length, digits: 7) }
            .joined(separator: "\\")
    }

    var sliceSpacing: String { DICOMNumber.text(geometry.steps[2].length, digits: 7) }

    var orientation: String {
        geometry.steps.prefix(2).map { DICOMNumber.text($0 / $0.length) }.joined(separator: "\\")
    }
}

/// A result in CDICOM's hands.
private final class CollectedResult {
    let pointer: OpaquePointer

    init() throws(ImagingError) {
        let (status, reason) = DICOMAttributes.call { vsdb_dicom_ready($0, $1) }
        guard status == VSDB_DICOM_OK else { throw DICOMFault(status, reason).error("DICOM") }
        guard let made = vsdb_result_new() else { throw Self.short }
        pointer = made
    }

    deinit { vsdb_result_free(pointer) }

    private static var short: ImagingError { DICOMFault(Int(VSDB_DICOM_TOO_LARGE), "").error("") }

    func check(_ status: Int32) throws(ImagingError) {
        guard status == 0 else { throw Self.short }
    }

    func set(_ what: Int, _ text: String) throws(ImagingError) {
        try check(vsdb_result_set(pointer, Int32(what), text))
    }

    func add(_ tumour: DICOMResult.Tumour) throws(ImagingError) {
        try check(
            vsdb_result_add_tumour(
                pointer, tumour.label, tumour.trackingUid, tumour.isRight ? 1 : 0))
        for number in tumour.numbers {
            try check(
                Self.with(number.concept) { concept in
                    Self.with(number.unit) {
                        vsdb_result_add_number(
                            pointer, concept, DICOMNumber.text(number.value), $0)
                    }
                })
        }
        for sentence in tumour.sentences {
            try check(
                Self.with(sentence.concept) {
                    vsdb_result_add_text(pointer, $0, sentence.text)
                })
        }
    }

    private static func with(_ code: DICOMResult.Code, _ body: (vsdb_code) -> Int32) -> Int32 {
        code.value.withCString { value in
            code.scheme.withCString { scheme in
                code.meaning.withCString { meaning in
                    body(vsdb_code(value: value, scheme: scheme, meaning: meaning))
                }
            }
        }
    }
}
