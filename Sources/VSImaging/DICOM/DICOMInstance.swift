import Foundation

/// What one DICOM file says, without its pixels.
struct DICOMInstance: Sendable {
    /// How its pixels are stored.
    struct Pixels: Sendable, Hashable {
        var rows = 0
        var columns = 0
        var frames = 1
        var bitsAllocated = 0
        var bitsStored = 0
        var highBit = 0
        var isSigned = false
        var samples = 1
        var photometric = ""
        /// PixelPaddingValue to PixelPaddingRangeLimit, as they stand.
        var padding: ClosedRange<Int>?
    }

    /// The file on disk.
    let path: String
    /// The file as the user knows it.
    let name: String
    let sopClass: String
    let study: String
    let series: String
    let transferSyntax: String
    let isLossy: Bool
    let isEnhanced: Bool
    /// Whether it is a media directory.
    let isDirectory: Bool
    let pixels: Pixels
    let frames: [DICOMFrame]
    let facts: SeriesFacts

    /// Enhanced images with more frames than this are refused.
    private static let mostFrames = 20_000

    /// Reads the attributes of a file.
    ///
    /// - Throws: ``ImagingError`` where the file cannot be read or its header is damaged.
    init(path: String, name: String) throws(ImagingError) {
        let file = try DICOMAttributes(path, subject: name)
        self.path = path
        self.name = name
        sopClass = file.text(DICOMTag.sopClass) ?? ""
        study = file.text(DICOMTag.study) ?? ""
        series = file.text(DICOMTag.series) ?? ""
        transferSyntax = file.transferSyntax
        isLossy = file.isLossy
        let groups = file.count(DICOMTag.perFrameGroups)
        isEnhanced = groups > 0
        isDirectory = DICOMDirectory.isDirectory(file, name)
        let pixels = Self.pixels(of: file)
        self.pixels = pixels
        guard pixels.frames <= Self.mostFrames, groups <= Self.mostFrames else {
            throw ImagingError(
                .tooLarge, subject: name,
                message: "It claims \(max(groups, pixels.frames)) frames; at most "
                    + "\(Self.mostFrames) are read.", remedy: "Check the file.")
        }
        guard !isEnhanced || groups == pixels.frames else {
            throw ImagingError(
                .malformed, subject: name,
                message: "It claims \(pixels.frames) frames and describes \(groups).",
                remedy: "Copy or export the series again.")
        }
        let isEnhanced = groups > 0
        frames = (0..<(isEnhanced ? groups : 1)).map {
            DICOMFrame(
                file, frame: $0, isEnhanced: isEnhanced, rows: pixels.rows, columns: pixels.columns)
        }
        facts = SeriesFacts(file, isEnhanced: isEnhanced)
    }

    private static func pixels(of file: DICOMAttributes) -> Pixels {
        var pixels = Pixels()
        pixels.rows = file.integer(DICOMTag.rows) ?? 0
        pixels.columns = file.integer(DICOMTag.columns) ?? 0
        pixels.frames = file.integer(DICOMTag.frames) ?? 1
        pixels.bitsAllocated = file.integer(DICOMTag.bitsAllocated) ?? 0
        pixels.bitsStored = file.integer(DICOMTag.bitsStored) ?? pixels.bitsAllocated
        pixels.highBit = file.integer(DICOMTag.highBit) ?? pixels.bitsStored - 1
        pixels.isSigned = file.integer(DICOMTag.pixelRepresentation) == 1
        pixels.samples = file.integer(DICOMTag.samplesPerPixel) ?? 1
        pixels.photometric = file.text(DICOMTag.photometric) ?? ""
        if let value = file.integer(DICOMTag.padding) {
            let limit = file.integer(DICOMTag.paddingLimit) ?? value
            pixels.padding = min(value, limit)...max(value, limit)
        }
        return pixels
    }
}
