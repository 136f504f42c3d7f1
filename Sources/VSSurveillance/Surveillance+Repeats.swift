import Foundation
import VSGrowth
import VSSegmentation
import VSStore

/// What is said where a scan is known already, and of what the network found.
extension Surveillance {
    /// Queues a scan that is registered already, to be segmented although it is.
    func queuedAgain(
        _ known: ScanRecord, _ request: ScanRequest, _ isRestored: Bool
    ) throws -> Registration {
        try correct(known)
        let job = try store.enqueue(
            scan: known.id, try JobOptions(request).wish(cause: JobRecord.again))
        var done = repeated(known, request, isRestored, nil)
        done.job = job
        done.notes[0] =
            "This scan is registered already as scan \(known.id); job \(job) segments it."
        return done
    }

    /// A known scan as T2: as it was registered, or else as the request names it; nil where neither is
    /// T2.
    func asT2(_ known: ScanRecord, _ request: ScanRequest) -> ScanRecord? {
        if known.isT2 { return known }
        guard QualityGate.isT2(request.sequence) else { return nil }
        var corrected = known
        (corrected.sequence, corrected.isT2) = (request.sequence, true)
        return corrected
    }

    /// Stores that a scan is T2 where it was registered as something else.
    func correct(_ known: ScanRecord) throws {
        guard try !store.scan(known.id).record.isT2 else { return }
        try store.setSequence(known.sequence, ofScan: known.id)
    }

    /// What is said where a scan that is no T2 is to be segmented again.
    func notT2(
        _ known: ScanRecord, _ request: ScanRequest, _ isRestored: Bool, _ otherSeries: String?
    ) -> Registration {
        var done = repeated(known, request, isRestored, otherSeries)
        done.notes.append(
            "It is registered as '\(known.sequence)', which is not segmented. If it is T2, give "
                + "--again with --sequence T2.")
        return done
    }

    /// The sentence where a known scan came as another series; nil where it is the same, or either
    /// is no DICOM.
    func otherSeries(_ known: ScanRecord, _ series: SeriesRecord?) throws -> String? {
        guard let series, let stored = try store.series(ofScan: known.id),
            stored.seriesUid != series.seriesUid
        else { return nil }
        return
            "The same pixels are registered as scan \(known.id) under another SeriesInstanceUID, "
            + "as a copy or an export made anew has it."
    }

    static func changedSeries(_ scan: Int64) -> String {
        "This series is registered as scan \(scan) with other voxels: one of the two was incomplete "
            + "or changed. Both are kept; reject the wrong one with 'vsdb review'."
    }

    /// The sentence where a series came again with more images.
    static func fuller(_ scan: Int64, than superseded: [Int64]) -> String {
        let isOne = superseded.count == 1
        let names = superseded.map { "\($0)" }.joined(separator: ", ")
        return
            "This is the series of scan\(isOne ? "" : "s") \(names) with more images: "
            + "\(isOne ? "that scan lacks some, and counts" : "those scans lack some, and count") no "
            + "longer, nor does an outline on \(isOne ? "it" : "them"). Scan \(scan) takes "
            + "\(isOne ? "its" : "their") place."
    }

    /// What is said of a part of a series that is registered with more images.
    func contained(_ known: ScanRecord, _ request: ScanRequest) -> Registration {
        var done = repeated(known, request, false, nil)
        done.notes[0] =
            "Scan \(known.id) holds all of these images and more of the same series; nothing was "
            + "changed."
        return done
    }

    func repeated(
        _ known: ScanRecord, _ request: ScanRequest, _ isRestored: Bool, _ otherSeries: String?
    ) -> Registration {
        var notes = ["This scan is registered already as scan \(known.id); nothing was changed."]
        if let otherSeries { notes.append(otherSeries) }
        if isRestored { notes.append(Self.restored) }
        if known.examDate != request.date {
            notes.append("It is registered under the date \(known.examDate.iso).")
        }
        return Registration(
            patient: request.patient, date: known.examDate, scan: known.id, isNewPatient: false,
            isRepeat: true, isSegmented: false, tumours: [], highestProbability: nil, notes: notes,
            intendedUse: nil, stages: [])
    }

    func remarks(_ result: SegmentationResult, _ request: ScanRequest) -> [String] {
        var notes = result.verdict.reasons.map(\.message)
        if result.tumours.isEmpty {
            notes.append(
                "No tumour was found; the highest probability anywhere is "
                    + String(format: "%.2f.", result.highestProbability))
        }
        for other in result.dropped where other.reason == .otherSide {
            let volume = String(format: "%.0f", other.volumeMm3)
            notes.append(
                "Another finding of \(volume) mm³ on the \(other.side.rawValue) is not measured, as "
                    + "one tumour is expected"
                    + (request.side.map { " on the \($0.rawValue)" } ?? "")
                    + ". Look at it; if the patient has tumours on both sides, 'vsdb register "
                    + "patient ID --bilateral' and register the scan with --again.")
        }
        for tumour in result.tumours {
            let name = "The tumour on the \(tumour.side.rawValue)"
            if tumour.basis == .unexpectedSide {
                notes.append(
                    "\(name) is new there: earlier exams know one on the other side only. Check "
                        + "the scan's orientation and the patient.")
            }
            if !tumour.cautions.isEmpty {
                notes.append(
                    "\(name) is measured with caution: "
                        + tumour.cautions.map(\.message).joined(separator: " "))
            }
        }
        return notes
    }
}
