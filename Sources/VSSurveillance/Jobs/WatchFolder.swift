public import Foundation
public import VSGrowth
import VSSegmentation
import VSStore

/// A folder into which other programs put scans.
///
/// A NIfTI file, a zip archive or a folder of DICOM that has not changed for a while is registered, its segmentation queued, and moved to `done/`;
/// one that cannot be registered moves to `refused/` with its reason beside it. A kill between
/// registering and moving is harmless: the same scan again changes nothing and then moves.
public final class WatchFolder {
    private let folder: String
    private let surveillance: Surveillance
    private let settleSeconds: Double
    private var seen: [String: (state: FileState, since: Date)] = [:]

    /// How far a file, or all that lies in a folder, has been written.
    private struct FileState: Equatable {
        var files = 0
        var bytes = 0
        var changed = Date.distantPast
    }

    private static let outcomes = ["done", "refused"]

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
            for name in Self.outcomes {
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
            if let companion = WatchedName.companion(of: name, in: folder),
                !hasSettled(companion, now)
            {
                continue
            }
            try take(name, today: today, report: report)
            seen[name] = nil
        }
    }

    private func isScan(_ name: String) -> Bool {
        !Self.outcomes.contains(name) && !name.hasPrefix(".")
            && ![".json", ".part", ".tmp"].contains(where: name.hasSuffix)
    }

    private func hasSettled(_ name: String, _ now: Date) -> Bool {
        guard let state = state(of: "\(folder)/\(name)") else { return false }
        guard let before = seen[name], before.state == state else {
            seen[name] = (state, now)
            return settleSeconds == 0
        }
        return now.timeIntervalSince(before.since) >= settleSeconds
    }

    private func state(of path: String) -> FileState? {
        let files = FileManager.default
        var state = FileState()
        let inside = files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for file in [path] + inside.map({ "\(path)/\($0)" }) {
            // One that went meanwhile: the folder is being written.
            guard let facts = try? files.attributesOfItem(atPath: file),
                let bytes = facts[.size] as? Int, let changed = facts[.modificationDate] as? Date
            else { return nil }
            state.files += 1
            state.bytes += bytes
            state.changed = max(state.changed, changed)
        }
        return state
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
            for note in done.notes { report("\(name): \(note)") }
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
        let companion = WatchedName.companion(of: name, in: folder)
        do {
            try files.moveItem(atPath: "\(folder)/\(name)", toPath: target)
            if let companion {
                try files.moveItem(atPath: "\(folder)/\(companion)", toPath: target + ".json")
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
