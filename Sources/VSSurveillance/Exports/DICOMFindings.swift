import Foundation
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore

/// A scan's tumours on their way into a DICOM object.
struct DICOMFindings {
    let record: ScanRecord
    let patient: String
    let image: ScanImage
    let segments: [StoredSegment]
    private let series: SeriesRecord
    var result: DICOMResult
    /// What whoever takes the object should know, beside what is told of its pseudonyms.
    var remarks: [String]

    init(
        _ drawing: DICOMDrawing,
        of scan: (record: ScanRecord, patient: String, image: ScanImage), _ series: SeriesRecord,
        _ source: DICOMResult.Source
    ) {
        (record, patient, image) = scan
        segments = drawing.segments
        self.series = series
        remarks = drawing.remarks
        let content =
            [scan.patient, series.seriesUid] + drawing.content
            + segments.flatMap { [$0.trackingUid, Store.sha256(of: Data($0.mask.voxels))] }
        let moment = Self.stamp(drawing.createdAt)
        result = DICOMResult(
            patient: series.sourcePatientId ?? scan.patient, source: source,
            tumours: segments.map { segment in
                DICOMResult.Tumour(
                    label: "Vestibular schwannoma, \(segment.side)",
                    trackingUid: DICOMUid.ofTumour(segment.trackingUid),
                    isRight: segment.side == Side.right.rawValue, mask: segment.mask)
            },
            identity: DICOMResult.Identity(
                segmentationSeries: DICOMUid.derived(
                    ["vsdb \(drawing.kind) series 1"] + content),
                segmentation: DICOMUid.derived(["vsdb \(drawing.kind) 1"] + content),
                reportSeries: "", report: "", device: drawing.device),
            author: drawing.author, software: drawing.software, date: moment.date,
            time: moment.time, timePoint: scan.record.examDate.iso,
            intendedUse: drawing.intendedUse)
        result.filing[.studyDate] = series.studyDate
        result.filing[.studyTime] = series.studyTime
        result.filing[.studyID] = series.studyId
        result.filing[.accessionNumber] = series.accessionNumber
    }

    /// YYYYMMDD and HHMMSS of an ISO 8601 instant in UTC, in local time as a study's own.
    static func stamp(_ instant: String) -> (date: String, time: String) {
        guard let date = try? Date(instant, strategy: .iso8601) else { return ("", "") }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: date)
        func text(_ parts: [Int?]) -> String {
            parts.map { String(format: "%02d", $0 ?? 0) }.joined()
        }
        return (
            text([parts.year, parts.month, parts.day]),
            text([parts.hour, parts.minute, parts.second])
        )
    }

    /// What the command line tells of the object that was written.
    func export(of instance: String) -> DICOMExport {
        DICOMExport(
            instanceUid: instance,
            tumours: zip(segments, result.tumours).map { segment, tumour in
                DICOMExport.Tumour(
                    side: segment.side, voxels: segment.mask.voxelCount,
                    volumeMm3: segment.volume.volumeMm3, trackingUid: tumour.trackingUid)
            },
            notes: remarks
                + (series.isPseudonymised
                    ? [
                        "The scan is pseudonymised: the object refers to hashed UIDs and a hashed "
                            + "identifier, and archives do not put it to the original series."
                    ] : []))
    }

    /// Adds each tumour's measurements, and its change where the exams up to this one say any.
    mutating func addMeasurements(_ growth: PatientGrowth) throws {
        for (index, segment) in segments.enumerated() {
            result.tumours[index].addSizes(segment.volume)
            let judged = growth.tumours.first { $0.side.rawValue == segment.side }?.assessment
            // Another scan of the same day may be the one that was judged.
            guard let judged, judged.compared.last?.date == record.examDate,
                judged.compared.last?.volumeMm3 == segment.volume.volumeMm3
            else { continue }
            result.tumours[index].addChange(judged)
        }
    }
}

extension DICOMResult.Tumour {
    /// All that a report says of it, as text.
    var words: [String] {
        numbers.flatMap { [$0.concept.value, "\($0.value)"] }
            + sentences.flatMap { [$0.concept.value, $0.text] }
    }

    private static let mm = DICOMResult.Code("mm", "UCUM", "millimeter")
    private static let mm3 = DICOMResult.Code("mm3", "UCUM", "cubic millimeter")
    private static let percent = DICOMResult.Code("%", "UCUM", "percent")
    private static let one = DICOMResult.Code("1", "UCUM", "no units")

    private static func own(_ value: String, _ meaning: String) -> DICOMResult.Code {
        DICOMResult.Code(value, "99VSDB", meaning)
    }

    /// DICOM has no codes for most of these as they are measured here, so only the volume's is
    /// SNOMED's.
    fileprivate mutating func addSizes(_ volume: VolumeRecord) {
        numbers += [
            (DICOMResult.Code("118565006", "SCT", "Volume"), volume.volumeMm3, Self.mm3),
            (
                Self.own("equal-diameter", "Diameter of the sphere of equal volume"),
                volume.equivalentDiameterMm, Self.mm
            ),
            (
                Self.own("max-diameter", "Largest distance between voxel centres"),
                volume.maximalDiameterMm, Self.mm
            ),
            (
                Self.own("max-diam-axial", "Largest distance within one slice"),
                volume.maximalAxialDiameterMm, Self.mm
            ),
            (
                Self.own("relative-sd", "Standard deviation of ln volume by measurement error"),
                volume.relativeSD, Self.one
            ),
        ]
    }

    fileprivate mutating func addChange(_ judged: GrowthAssessment) {
        if let change = judged.againstBaseline {
            numbers += [
                (
                    Self.own("change-baseline", "Volume change from the baseline exam"),
                    change.percent, Self.percent
                ),
                (
                    Self.own("growth-chance", "Probability of any growth since the baseline"),
                    change.probabilityOfGrowth, Self.one
                ),
            ]
            sentences.append((Self.own("baseline-exam", "Baseline exam"), change.from.iso))
        }
        if let change = judged.againstPrevious {
            numbers.append(
                (
                    Self.own("change-previous", "Volume change from the previous exam"),
                    change.percent, Self.percent
                ))
            sentences.append((Self.own("previous-exam", "Previous exam"), change.from.iso))
        }
        sentences += [
            (Self.own("growth-class", "Growth class"), judged.growthClass.title),
            (Self.own("growth-sentence", "Numbers that decided"), judged.sentence),
        ]
    }
}
