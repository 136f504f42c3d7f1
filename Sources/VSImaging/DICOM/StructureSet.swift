/// The outlines of a DICOM structure set (RTSTRUCT, PS3.3 A.19), as planning systems write them.
public struct StructureSet: Sendable {
    /// One outlined structure.
    public struct Structure: Sendable, Hashable {
        /// ROIName, as typed.
        public var name: String
        /// Its closed contours, mm LPS, without those of fewer than three points.
        public var polygons: [[LPSPoint]]
        /// Contours that are no closed polygons: points and open lines.
        public var otherContours: Int
    }

    /// The SOP class of a structure set.
    public static let sopClass = "1.2.840.10008.5.1.4.1.1.481.3"

    /// SeriesInstanceUIDs of the images it was drawn on.
    public let referencedSeries: [String]
    /// PatientID.
    public let patientID: String
    /// The structures in the file's order; in the public collections the first is the tumour.
    public let structures: [Structure]

    /// Reads a file.
    ///
    /// - Parameter path: a DICOM file.
    /// - Throws: ``ImagingError`` where it is no structure set, or a contour is no list of points.
    public init(_ path: String) throws(ImagingError) {
        let file = try DICOMAttributes(path, subject: path)
        guard file.text(DICOMTag.sopClass) == Self.sopClass else {
            throw ImagingError(
                .unsupported, subject: path, message: "It is no DICOM structure set.",
                remedy: "Give a file of modality RTSTRUCT.")
        }
        patientID = file.text(DICOMTag.patientID) ?? ""
        referencedSeries = Self.references(of: file)
        var contours: [String: Int] = [:]
        for item in 0..<file.count(DICOMTag.structureContours) {
            let number = file.text(
                DICOMTag.contouredNumber, in: [(DICOMTag.structureContours, item)])
            if let number, contours[number] == nil { contours[number] = item }
        }
        var found: [Structure] = []
        for item in 0..<file.count(DICOMTag.structures) {
            let at = [(sequence: DICOMTag.structures, item: item)]
            var structure = Structure(
                name: file.text(DICOMTag.structureName, in: at) ?? "", polygons: [],
                otherContours: 0)
            let number = file.text(DICOMTag.structureNumber, in: at) ?? ""
            if let place = contours[number] {
                try Self.read(&structure, file, place, subject: path)
            }
            found.append(structure)
        }
        structures = found
    }

    private static func references(of file: DICOMAttributes) -> [String] {
        var uids: [String] = []
        for frame in 0..<file.count(DICOMTag.referencedFrames) {
            let inFrame = [(sequence: DICOMTag.referencedFrames, item: frame)]
            for study in 0..<file.count(DICOMTag.referencedStudies, in: inFrame) {
                let inStudy = inFrame + [(DICOMTag.referencedStudies, study)]
                for series in 0..<file.count(DICOMTag.referencedSeries, in: inStudy) {
                    let at = inStudy + [(DICOMTag.referencedSeries, series)]
                    if let uid = file.text(DICOMTag.series, in: at) { uids.append(uid) }
                }
            }
        }
        return uids
    }

    private static func read(
        _ structure: inout Structure, _ file: DICOMAttributes, _ place: Int, subject: String
    ) throws(ImagingError) {
        let owner = [(sequence: DICOMTag.structureContours, item: place)]
        for contour in 0..<file.count(DICOMTag.contours, in: owner) {
            let at = owner + [(DICOMTag.contours, contour)]
            let type = file.text(DICOMTag.contourType, in: at) ?? ""
            guard type.hasPrefix("CLOSED") else {
                structure.otherContours += 1
                continue
            }
            let words = (file.longText(DICOMTag.contourData, in: at) ?? "").split(separator: "\\")
            let numbers = words.compactMap { word in
                Double(word.drop { $0 == " " }.prefix { $0 != " " && $0 != "\0" })
            }
            guard !numbers.isEmpty, numbers.count == words.count, numbers.count.isMultiple(of: 3),
                numbers.allSatisfy({ abs($0) < 1e4 })
            else {
                throw ImagingError(
                    .malformed, subject: subject,
                    message: "Contour \(contour + 1) of structure '\(structure.name)' is no list "
                        + "of points in millimetres.",
                    remedy: "Copy or export the structure set again.")
            }
            guard numbers.count >= 9 else { continue }
            structure.polygons.append(
                stride(from: 0, to: numbers.count, by: 3).map {
                    LPSPoint(numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
                })
        }
    }
}
