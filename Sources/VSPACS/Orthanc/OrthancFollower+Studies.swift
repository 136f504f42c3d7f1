import Foundation
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance

extension OrthancFollower {
    /// Registers the T2 series of a stable study, unless it was looked at as it is.
    func take(
        _ found: OrthancArchive.Study, _ archive: ArchiveRecord, _ orthanc: OrthancArchive,
        _ round: inout Round, _ report: (String) -> Void
    ) async throws {
        let store = surveillance.store
        guard let uid = found.uid, DICOMwebArchive.isUid(uid),
            let all = try await orthanc.series(of: found)
        else { return }
        let series = all.filter(\.isMR)
        let content = Self.content(of: series)
        guard try store.study(uid, ofArchive: archive.id)?.content != content else { return }
        var study = ArchiveStudyRecord(studyUid: uid, content: content, state: .skipped)
        if series.isEmpty {
            study.message = "It holds no MR series."
        } else if let images = try await fetch(series, orthanc) {
            defer { withExtendedLifetime(images) {} }
            study = try await register(images.path, study)
        } else {
            study.state = .refused
            study.message =
                "Its images broke off on their way \(Self.attempts) times. Look into the archive's "
                + "log, and take it by hand with 'vsdb pacs pull \(uid)'; its results are sent, too."
        }
        study = try store.recordStudy(study, ofArchive: archive.id)
        round.registered += study.scanId == nil ? 0 : 1
        round.passed += study.scanId == nil ? 1 : 0
        let told = study.scanId.map { "registered as scan \($0)" } ?? study.state.rawValue
        let day = found.day.map { " of \($0)" } ?? ""
        report("study \(uid)\(day): \(told). \(study.message)")
    }

    /// A zip archive in a folder that goes with it.
    private struct Images {
        let folder: PrivateFolder
        let path: String
    }

    /// Images are asked for so often while they break off.
    private static let attempts = 3

    /// The images of a study; nil where they break off each time though Orthanc answers, so that the
    /// study is at fault, and others must not wait for it.
    private func fetch(
        _ series: [OrthancArchive.Series], _ orthanc: OrthancArchive
    ) async throws -> Images? {
        for _ in 0..<Self.attempts {
            do {
                let folder = try PrivateFolder()
                let path = try await orthanc.download(series, into: folder)
                return Images(folder: folder, path: path)
            } catch let error as PACSError where error.code == .incomplete {
                try await Task.sleep(for: retryPause)
                // An Orthanc that was stopped is not there now, and all is asked again later.
                _ = try await orthanc.lastChange()
            }
        }
        return nil
    }

    private func register(
        _ path: String, _ study: ArchiveStudyRecord
    ) async throws -> ArchiveStudyRecord {
        var study = study
        var request = StudyRequest(path: path)
        request.mustBeT2 = true
        request.isQueued = isQueued
        request.origin = "orthanc"
        let (made, surveillance, today) = (request, surveillance, today())
        do {
            let done = try await OwnThread.run { isCancelled in
                Result {
                    try surveillance.register(made, today: today, isCancelled: isCancelled)
                }
            }.get()
            study.state = .registered
            study.scanId = done.scan
            study.message = done.notes.joined(separator: " ")
        } catch let error as SegmentationError where error.code == .cancelled {
            throw CancellationError()
        } catch let error as StoreError
            where ![.invalid, .conflict].contains(error.code)
        {
            // Nothing is wrong with the study; where no model is installed all of them wait.
            throw error
        } catch let error as ImagingError where error.code == .unwritable {
            throw PACSError(
                .unavailable, subject: address.text,
                message: "A study cannot be unpacked. \(error.message)", remedy: error.remedy)
        } catch {
            study.state = .refused
            study.message = Self.sentence(error, of: study.studyUid)
                .replacingOccurrences(of: path, with: "study")
        }
        return study
    }

    /// Why a study was refused, and what can be done by hand: options of other commands are none here.
    private static func sentence(_ error: any Error, of study: String) -> String {
        let text = "\(error)"
        let remedy = (error as? ImagingError)?.remedy ?? (error as? StoreError)?.remedy ?? ""
        guard remedy.contains("--"), text.hasSuffix(remedy) else { return text }
        let byHand =
            remedy.contains("--series")
            ? "Take one by hand with 'vsdb pacs pull \(study) --series UID'"
            : "Register it by hand: 'vsdb register scan' with the options that say what is missing"
        return text.dropLast(remedy.count) + byHand + "; its results are sent, too."
    }

    /// Which images there are, as far as it matters: results that come back change nothing.
    private static func content(of series: [OrthancArchive.Series]) -> String {
        let lines = series.map { series in
            "\(series.tags["SeriesInstanceUID"] ?? series.id) "
                + series.instances.sorted().joined(separator: " ")
        }
        return Store.sha256(of: Data(lines.sorted().joined(separator: "\n").utf8))
    }
}
