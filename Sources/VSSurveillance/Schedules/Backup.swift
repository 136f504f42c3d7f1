import Foundation
import VSGrowth
import VSStore

/// A copy of the database, the images and the models in a folder of its own, whole or not there.
struct Backup {
    private let store: Store
    private let now: Date

    init(_ store: Store, now: Date) {
        self.store = store
        self.now = now
    }

    /// Writes `vsdb-YYYYMMDDTHHMMSSZ` into a folder.
    ///
    /// Images and models never change, so that those of the newest earlier backup on the same disk are
    /// linked and not copied.
    /// - Returns: what was written, a sentence.
    func write(to folder: String) throws -> String {
        let stamp = now.formatted(.iso8601).replacing(/[-:]/, with: "")
        let target = "\(folder)/vsdb-\(stamp)"
        let part = "\(target).part"
        let files = FileManager.default
        do {
            if files.fileExists(atPath: part) { try files.removeItem(atPath: part) }
            let earlier = (try? files.contentsOfDirectory(atPath: folder))?
                .filter { $0.hasPrefix("vsdb-") && !$0.hasSuffix(".part") }.sorted().last
            try files.createDirectory(
                atPath: part, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try store.copyDatabase(to: "\(part)/vsdb.sqlite")
            // After the database: what a row names was there before the row.
            var count = 0
            for (source, name) in [
                (store.location.images, "images"), (store.location.models, "models"),
            ] {
                count += try copy(
                    source, to: "\(part)/\(name)",
                    earlier: earlier.map { "\(folder)/\($0)/\(name)" })
            }
            try files.moveItem(atPath: part, toPath: target)
            return "\(target), \(Words.count(count, "file")) beside the database"
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(
                .readOnly, subject: folder, message: "The backup cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    private func copy(_ source: String, to target: String, earlier: String?) throws -> Int {
        let files = FileManager.default
        guard let names = files.enumerator(atPath: source) else { return 0 }
        var count = 0
        for case let name as String in names where !name.hasSuffix(".part") {
            var isFolder: ObjCBool = false
            guard files.fileExists(atPath: "\(source)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            let place = "\(target)/\(name)"
            try files.createDirectory(
                atPath: (place as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if let earlier, link("\(earlier)/\(name)", place) == 0 {
                count += 1
                continue
            }
            try files.copyItem(atPath: "\(source)/\(name)", toPath: place)
            count += 1
        }
        return count
    }
}
