import Foundation
import VSImaging
import VSStore
import VSSurveillance

extension OrthancFollower {
    /// Makes the results that can be made now, and sends all that the archive does not have.
    func send(
        _ archive: ArchiveRecord, _ orthanc: OrthancArchive, _ round: inout Round,
        _ report: (String) -> Void
    ) async throws {
        for scan in try surveillance.store.scansWithoutObjects(ofArchive: archive.id) {
            try make(scan, archive, report)
        }
        var last: Int64 = 0
        while let object = try surveillance.store.objectToSend(toArchive: archive.id, after: last) {
            try Task.checkCancellation()
            last = object.id
            guard let content = object.content else { continue }
            try await orthanc.store(try await filed(content, object.scanId, orthanc))
            try surveillance.store.recordSent(object, to: archive)
            round.sent += 1
            report("scan \(object.scanId): \(object.kind.rawValue.uppercased()) sent")
        }
        try await takeBack(archive, orthanc, &round, report)
    }

    /// Deletes in the archive what was sent of scans that count no more, so that a study shows one
    /// segmentation and one report: those of the scan that took their place.
    private func takeBack(
        _ archive: ArchiveRecord, _ orthanc: OrthancArchive, _ round: inout Round,
        _ report: (String) -> Void
    ) async throws {
        let store = surveillance.store
        while let object = try store.objectToTakeBack(fromArchive: archive.id) {
            try Task.checkCancellation()
            let name = "scan \(object.scanId): \(object.kind.rawValue.uppercased())"
            var outcome = Store.TakingBack.refused
            do {
                let isDeleted = try await orthanc.delete(instance: object.instanceUid)
                outcome = isDeleted ? .done : .missing
                round.takenBack += isDeleted ? 1 : 0
                report(
                    "\(name) \(isDeleted ? "taken back" : "not there any more"), as more images of "
                        + "its series came")
            } catch let error as PACSError where error.code == .refused {
                report("\(name) cannot be taken back. \(error)")
            }
            try store.recordTakenBack(object, from: archive, outcome)
        }
    }

    /// A result with what the archive itself says of its study: so the patient's name goes from the
    /// archive to the archive, and is nowhere stored.
    private func filed(
        _ content: Data, _ scan: Int64, _ orthanc: OrthancArchive
    ) async throws -> Data {
        guard let study = try surveillance.store.series(ofScan: scan)?.studyUid,
            let filing = try await orthanc.filing(ofStudy: study)
        else { return content }
        let folder = try PrivateFolder()
        let handle = try folder.create("result.dcm")
        try PrivateFolder.write(content, to: handle)
        try handle.close()
        do {
            try filing.write(into: folder.path + "/result.dcm")
            return try Data(contentsOf: URL(fileURLWithPath: folder.path + "/result.dcm"))
        } catch {
            // DICOM's own words might repeat what the attributes hold.
            throw PACSError(
                .unavailable, subject: "scan \(scan)",
                message: "Its result cannot be filed under its study on this machine.",
                remedy: "Free some space, or set TMPDIR to another folder.")
        }
    }

    /// Writes a scan's segmentation and report into the store, to be sent.
    ///
    /// The report is dated as the segmentation and named by what it says, so that making both again
    /// after a crash gives the same instances.
    private func make(
        _ scan: Int64, _ archive: ArchiveRecord, _ report: (String) -> Void
    ) throws {
        let store = surveillance.store
        let folder = try PrivateFolder()
        let paths = ["seg", "sr"].map { "\(folder.path)/\($0).dcm" }
        do {
            let seg = try surveillance.exportSegmentation(ofScan: scan, to: paths[0])
            let text = try surveillance.exportReport(ofScan: scan, to: paths[1], at: nil)
            let data = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
            try store.addObjects(
                [(.seg, seg.instanceUid, data[0]), (.sr, text.instanceUid, data[1])], ofScan: scan,
                archive: archive.id)
        } catch let error as StoreError
            where [.invalid, .unknown, .conflict].contains(error.code)
        {
            try giveUp(on: scan, archive, error, report)
        } catch let error as ImagingError where error.code == .unsupported {
            // What DICOM cannot say of this scan, it can say of others.
            try giveUp(on: scan, archive, error, report)
        }
    }

    private func giveUp(
        on scan: Int64, _ archive: ArchiveRecord, _ error: any Error, _ report: (String) -> Void
    ) throws {
        try surveillance.store.setNoResult(
            ofScan: scan, archive: archive.id, message: "\(error)")
        report("scan \(scan): no result can be sent. \(error)")
    }
}
