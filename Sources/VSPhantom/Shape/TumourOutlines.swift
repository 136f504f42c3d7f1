import CAssets
public import Foundation

/// Expert outlines of real tumours and cochleae, with the public collection's own split.
///
/// Read from `Resources/outlines/outlines.json`, which is compiled in; its format, origin and licence
/// (CC BY 4.0) are described in the SOURCES.md beside it.
public struct TumourOutlines: Sendable, Decodable {
    /// Which part of the collection a subject belongs to.
    public enum Split: String, Sendable, Codable, CaseIterable {
        /// Shapes for making training data.
        case training
        /// Shapes kept apart for validation data.
        case validation
    }

    /// What an outline shows.
    public enum Kind: String, Sendable, Codable {
        /// The tumour at radiosurgery.
        case tumour
        /// The cochlea on the tumour's side.
        case cochlea
        /// The same tumour on another scan.
        case followUp
        /// Anything else.
        case other
    }

    /// One named set of closed polygons.
    public struct Structure: Sendable, Decodable {
        /// The name as typed by the clinic.
        public let name: String
        /// What it shows.
        public let kind: Kind
        /// The image it was drawn on.
        public let drawnOn: String
        /// Flat lists of coordinate differences, see SOURCES.md.
        private let polygons: [[Int]]

        /// The polygons as points in mm, DICOM LPS, in the frame of the subject's T2 series.
        public func polygonsMm(unitMm: Double) -> [[SIMD3<Double>]] {
            polygons.map { flat in
                var point = SIMD3<Double>.zero
                return stride(from: 0, to: flat.count - 2, by: 3).map { at in
                    point += SIMD3(Double(flat[at]), Double(flat[at + 1]), Double(flat[at + 2]))
                    return point * unitMm
                }
            }
        }
    }

    /// One subject of the collection.
    public struct Subject: Sendable, Decodable {
        /// The collection's name for it, such as `sub-001`.
        public let id: String
        /// The collection's own split.
        public let split: Split
        /// The description of the T2 series.
        public let series: String
        /// All outlines of this subject.
        public let structures: [Structure]
    }

    /// The unit of the packed coordinates, mm.
    public let unitMm: Double
    /// All subjects, in the order of their names.
    public let subjects: [Subject]

    /// Reads packed outlines.
    ///
    /// - Throws: `PhantomError` with code `outlines` where the bytes are not what SOURCES.md says.
    public init(json: Data) throws(PhantomError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch {
            throw PhantomError(
                .outlines, subject: "outlines.json",
                message: "the tumour outlines cannot be read (\(error)).",
                remedy: "Restore Resources/outlines and build again.")
        }
    }

    /// The outlines compiled into the program.
    public static func bundled() throws(PhantomError) -> Self {
        try Self(json: Data(bytes: vsdb_outlines_bytes(), count: vsdb_outlines_count()))
    }
}
