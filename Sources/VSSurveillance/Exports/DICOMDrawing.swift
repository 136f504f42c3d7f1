import Foundation
import VSImaging
import VSStore

/// Tumours that a model or a person outlined, with all that names who and when.
struct DICOMDrawing {
    let segments: [StoredSegment]
    let author: DICOMResult.Author
    /// The version of the program that measured.
    let software: String
    /// When it was made, ISO 8601 in UTC.
    let createdAt: String
    let intendedUse: String
    /// What it was made from, for UIDs that stay as they are.
    let content: [String]
    /// What UIDs of this kind are derived from, besides.
    let kind: String
    let remarks: [String]

    /// What a model outlined.
    init(
        _ segmentation: SegmentationRecord, _ segments: [StoredSegment], intendedUse: String?,
        remarks: [String]
    ) {
        let model = DICOMResult.Algorithm(
            name: Self.short(segmentation.modelName),
            version: Self.short(segmentation.modelVersion), sha256: segmentation.modelSha256)
        self.segments = segments
        author = .model(model)
        software = Self.short(segmentation.softwareVersion)
        createdAt = segmentation.createdAt
        self.intendedUse = intendedUse ?? Self.research
        kind = "segmentation"
        content = [model.name, model.version, model.sha256, software, createdAt]
        self.remarks = remarks
    }

    /// What a person outlined; `isNamed` says whether the object tells who.
    ///
    /// Which version of the program measured an outline is not stored, so that it is the present one.
    init(
        _ outline: ManualVolumeRecord, _ segment: StoredSegment, isNamed: Bool, remarks: [String]
    ) {
        segments = [segment]
        author = .reader(name: isNamed ? Self.personName(outline.reader) : nil)
        software = Self.short(SoftwareVersion.current)
        createdAt = outline.createdAt
        intendedUse = Self.research
        kind = "outline"
        content = [outline.reader, software, createdAt]
        self.remarks = remarks
    }

    private static let research = "Research use only."

    /// What observes, as a device: the model's file and the program.
    var device: String {
        guard case .model(let model) = author else {
            return DICOMUid.derived(["vsdb device 1", software])
        }
        return DICOMUid.derived(["vsdb device 1", model.sha256, software])
    }

    /// LO holds 64 characters, and no backslash.
    private static func short(_ text: String) -> String {
        String(text.replacingOccurrences(of: "\\", with: "/").prefix(64))
    }

    /// A name as PN: a backslash would begin another value, an equals sign another writing of the
    /// name, and a fifth caret a part that there is none of (PS3.5, 6.2.1).
    private static func personName(_ name: String) -> String {
        let plain = String(name.map { "\\=".contains($0) ? " " : $0 })
        return plain.count { $0 == "^" } <= 4
            ? plain : plain.replacingOccurrences(of: "^", with: " ")
    }
}
