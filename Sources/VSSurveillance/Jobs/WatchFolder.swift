public import Foundation
public import VSGrowth
import VSSegmentation
import VSStore

/// A folder into which other programs put scans.
///
/// A file that has not changed for a while is registered, its segmentation queued, and moved to `done/`;
/// one that cannot be registered moves to `refused/` with its reason beside it. A kill between
/// registering and moving is harmless: the same scan again changes nothing and then moves.
public final class WatchFolder {
    private let folder: String
    private let surveillance: Surveillance
    private let settleSeconds: Double
    private var seen: [String: (state: FileState, since: Date)] = [:]

    private struct FileState: Equatable {
        let bytes: Int
        let changed: Date
    }

    /// Watches a folder; `done` and `refused` are made in it.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - surveillance: the use cases that register.
    ///   - settleSeconds: a file has settled when size and date have stood still for so long.
    /// - Throws: `StoreError` where the folder is not there or cannot be written.
    public init(_ folder: String, _ surveillance: Surveillance, settleSeconds: Double = 5) throws {
        self.folder = folder
        self.surveillance = surveillance
        self.settleSeconds = settleSeconds
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw StoreError(
                .unknown, subject: folder, message: "There is no such folder to watch.",
                remedy: "Make it, or name another with --watch.")
        }
        do {
            for name in ["done", "refused"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
        } catch {
            throw StoreError(
                .readOnly, subject: folder, message: "The folder cannot be written.",
                remedy: "Check its permissions; what is registered has to be moved away.")
        }
    }

    /// Looks once and takes what has settled.
    ///
    /// - Parameters:
    ///   - today: exams after this day are refused.
    ///   - now: the present.
    ///   - report: told what became of each file, a sentence.
    /// - Throws: `StoreError` where the store cannot be written now; the file stays for the next look.
    public func look(
        today: ExamDate, now: Date = Date(), report: (String) -> Void = { _ in }
    ) throws {
        let names =
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let scans = names.filter { isScan($0) }
        seen = seen.filter { scans.contains($0.key) }
        for name in scans where hasSettled(name, now) {
            // A companion that is still being written would be read by halves.
            let companion = "\(name).json"
            if names.contains(companion), !hasSettled(companion, now) { continue }
            try take(name, today: today, report: report)
            seen[name] = nil
        }
    }

    private func isScan(_ name: String) -> Bool {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(
            atPath: "\(folder)/\(name)", isDirectory: &isFolder)
        return isThere && !isFolder.boolValue && !name.hasPrefix(".") && !name.hasSuffix(".json")
            && !name.hasSuffix(".part") && !name.hasSuffix(".tmp")
    }

    private func hasSettled(_ name: String, _ now: Date) -> Bool {
        guard
            let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)"),
            let bytes = facts[.size] as? Int, let changed = facts[.modificationDate] as? Date
        else { return false }
        let state = FileState(bytes: bytes, changed: changed)
        guard let before = seen[name], before.state == state else {
            seen[name] = (state, now)
            return settleSeconds == 0
        }
        return now.timeIntervalSince(before.since) >= settleSeconds
    }

    private func take(_ name: String, today: ExamDate, report: (String) -> Void) throws {
        do {
            var request = try WatchedName(name, in: folder).request
            request.isQueued = true
            request.origin = "watch-folder"
            let done = try surveillance.register(request, today: today)
            try move(name, to: "done")
            let work = done.job.map { ", job \($0)" } ?? ""
            report("\(name): scan \(done.scan)\(work)")
        } catch let error as StoreError
            where [.busy, .readOnly, .full, .unreadable, .corrupt, .version].contains(error.code)
        {
            // Nothing is wrong with the file.
            throw error
        } catch {
            guard let target = try move(name, to: "refused") else { return }
            try? Data("\(error)\n".utf8).write(to: URL(fileURLWithPath: target + ".reason.txt"))
            report("\(name): refused. \(error)")
        }
    }

    /// Moves a file and its companion; one of the same name there keeps its name, and this gets a number.
    ///
    /// - Returns: where it is; nil where another watcher was faster.
    @discardableResult
    private func move(_ name: String, to place: String) throws -> String? {
        let files = FileManager.default
        var target = "\(folder)/\(place)/\(name)"
        var number = 1
        while files.fileExists(atPath: target) {
            number += 1
            target = "\(folder)/\(place)/\(number)-\(name)"
        }
        do {
            try files.moveItem(atPath: "\(folder)/\(name)", toPath: target)
            let companion = "\(folder)/\(name).json"
            if files.fileExists(atPath: companion) {
                try files.moveItem(atPath: companion, toPath: target + ".json")
            }
        } catch {
            guard files.fileExists(atPath: "\(folder)/\(name)") else { return nil }
            throw StoreError(
                .readOnly, subject: name, message: "The file cannot be moved to \(place)/.",
                remedy: "Check the permissions of the watched folder.")
        }
        return target
    }
}

/// What a watched file says of itself: by a companion `NAME.json`, or by its name,
/// `PATIENT_YYYY-MM-DD.nii.gz` or `PATIENT_YYYY-MM-DD_SEQUENCE.nii.gz`.
struct WatchedName {
    /// The registration it stands for.
    let request: ScanRequest

    private struct Companion: Decodable {
        var patient: String
        var date: String
        var sequence: String?
        var side: Side?
    }

    init(_ name: String, in folder: String) throws(StoreError) {
        let file = "\(folder)/\(name)"
        guard name.hasSuffix(".nii") || name.hasSuffix(".nii.gz") else {
            throw Self.refused(name, "It is no NIfTI file (.nii, .nii.gz).")
        }
        if let data = FileManager.default.contents(atPath: file + ".json") {
            guard let facts = try? JSONDecoder().decode(Companion.self, from: data),
                let date = ExamDate(iso: facts.date)
            else {
                throw Self.refused(
                    name, "\(name).json holds no \"patient\" and \"date\" (YYYY-MM-DD).")
            }
            request = ScanRequest(
                file: file, patient: facts.patient, date: date, sequence: facts.sequence ?? "T2",
                side: facts.side)
            return
        }
        let stem = name.replacing(/\.nii(\.gz)?$/, with: "")
        guard let match = stem.wholeMatch(of: /(.+)_(\d{4}-\d\d-\d\d)(?:_(.+))?/),
            let date = ExamDate(iso: String(match.output.2))
        else {
            throw Self.refused(name, "Its name says no patient and day.")
        }
        request = ScanRequest(
            file: file, patient: String(match.output.1), date: date,
            sequence: match.output.3.map { String($0).replacing("_", with: " ") } ?? "T2")
    }

    private static func refused(_ name: String, _ message: String) -> StoreError {
        StoreError(
            .invalid, subject: name, message: message,
            remedy:
                "Name it PATIENT_YYYY-MM-DD.nii.gz, or put the facts into \(name).json, and move "
                + "it back into the watched folder.")
    }
}
