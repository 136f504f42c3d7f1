/// One slice of a series: a classic image, or one frame of an enhanced multi-frame image.
///
/// What is absent is nil; ``SeriesGeometry`` judges it.
public struct DICOMFrame: Sendable, Hashable {
    /// The number that people see: InstanceNumber, or the frame's number in its file.
    public var number: Int
    /// SOPInstanceUID of its file.
    public var instance: String
    /// Its place in its file, from 0.
    public var frame: Int
    /// ImagePositionPatient: the centre of the first pixel, mm LPS.
    public var position: LPSPoint?
    /// ImageOrientationPatient, first half: where columns go, as a unit vector.
    public var rowDirection: LPSPoint?
    /// ImageOrientationPatient, second half: where rows go.
    public var columnDirection: LPSPoint?
    /// PixelSpacing: between rows, mm.
    public var rowSpacingMm: Double?
    /// PixelSpacing: between columns, mm.
    public var columnSpacingMm: Double?
    /// Rows.
    public var rows: Int
    /// Columns.
    public var columns: Int
    /// RescaleSlope; 1 where absent.
    public var slope: Double
    /// RescaleIntercept; 0 where absent.
    public var intercept: Double
    /// EchoTime, ms.
    public var echoTimeMs: Double?
    /// TemporalPositionIdentifier or -Index.
    public var temporalPosition: Int?
    /// Diffusion b-value, s/mm².
    public var bValue: Double?
    /// ImageType or FrameType.
    public var imageType: [String]

    /// Makes a frame on a plane; the rest is as in an image without those attributes.
    public init(
        number: Int, instance: String = "", frame: Int = 0, position: LPSPoint?,
        rowDirection: LPSPoint? = [1, 0, 0], columnDirection: LPSPoint? = [0, 1, 0],
        rowSpacingMm: Double? = 1, columnSpacingMm: Double? = 1, rows: Int = 2, columns: Int = 2,
        slope: Double = 1, intercept: Double = 0, echoTimeMs: Double? = nil,
        temporalPosition: Int? = nil, bValue: Double? = nil, imageType: [String] = []
    ) {
        self.number = number
        self.instance = instance
        self.frame = frame
        self.position = position
        self.rowDirection = rowDirection
        self.columnDirection = columnDirection
        self.rowSpacingMm = rowSpacingMm
        self.columnSpacingMm = columnSpacingMm
        self.rows = rows
        self.columns = columns
        self.slope = slope
        self.intercept = intercept
        self.echoTimeMs = echoTimeMs
        self.temporalPosition = temporalPosition
        self.bValue = bValue
        self.imageType = imageType
    }
}

extension DICOMFrame {
    /// Reads one frame of a file; `frame` counts from 0, and `isEnhanced` says whether the file has
    /// functional groups.
    init(_ file: DICOMAttributes, frame: Int, isEnhanced: Bool, rows: Int, columns: Int) {
        func steps(_ group: UInt32) -> [[(sequence: UInt32, item: Int)]] {
            guard isEnhanced else { return [[]] }
            return [
                [(DICOMTag.perFrameGroups, frame), (group, 0)],
                [(DICOMTag.sharedGroups, 0), (group, 0)], [],
            ]
        }
        func numbers(_ tag: UInt32, _ group: UInt32) -> [Double] {
            for path in steps(group) {
                let found = file.numbers(tag, in: path)
                if !found.isEmpty { return found }
            }
            return []
        }
        func words(_ tag: UInt32, _ group: UInt32) -> [String] {
            for path in steps(group) where file.text(tag, in: path) != nil {
                return file.words(tag, in: path)
            }
            return []
        }
        func point(_ values: ArraySlice<Double>) -> LPSPoint? {
            values.count == 3 ? LPSPoint(Array(values)) : nil
        }
        let orientation = numbers(DICOMTag.orientation, DICOMTag.orientationGroup)
        let spacing = numbers(DICOMTag.pixelSpacing, DICOMTag.measuresGroup)
        let position = numbers(DICOMTag.position, DICOMTag.positionGroup)
        let slope = numbers(DICOMTag.slope, DICOMTag.transformationGroup).first
        let intercept = numbers(DICOMTag.intercept, DICOMTag.transformationGroup).first
        let echo =
            isEnhanced
            ? numbers(DICOMTag.effectiveEchoTime, DICOMTag.echoGroup).first
            : file.numbers(DICOMTag.echoTime).first
        let time =
            isEnhanced
            ? numbers(DICOMTag.temporalPositionIndex, DICOMTag.contentGroup).first
            : file.numbers(DICOMTag.temporalPosition).first
        let type =
            isEnhanced
            ? words(DICOMTag.frameType, DICOMTag.frameTypeGroup) : file.words(DICOMTag.imageType)
        self.init(
            number: isEnhanced ? frame + 1 : file.integer(DICOMTag.instanceNumber) ?? 0,
            instance: file.text(DICOMTag.sopInstance) ?? "", frame: frame,
            position: point(position[...]), rowDirection: point(orientation.prefix(3)),
            columnDirection: point(orientation.dropFirst(3)), rowSpacingMm: spacing.first,
            columnSpacingMm: spacing.count == 2 ? spacing[1] : nil, rows: rows, columns: columns,
            slope: slope ?? 1, intercept: intercept ?? 0, echoTimeMs: echo,
            temporalPosition: time.flatMap { Int(exactly: $0.rounded()) },
            bValue: numbers(DICOMTag.bValue, DICOMTag.diffusionGroup).first
                ?? file.numbers(DICOMTag.siemensBValue).first
                ?? file.numbers(DICOMTag.geBValue).first.map {
                    // GE adds 10^9 to tell the value from other uses of the field.
                    $0.truncatingRemainder(dividingBy: 100_000)
                },
            imageType: type.map { $0.uppercased() })
    }
}
