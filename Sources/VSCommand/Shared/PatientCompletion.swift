import ArgumentParser
import Foundation
import VSStore

extension CompletionKind {
    /// The identifiers of the registered patients; nothing where there is no database yet.
    static var patients: CompletionKind {
        .custom { words, _, prefix in
            // --database on the line being completed wins, as it will when the line runs.
            let place = words.firstIndex(of: "--database").map { $0 + 1 }
            let option = place.flatMap { words.indices.contains($0) ? words[$0] : nil }
            let location = StoreLocation(option: option)
            guard FileManager.default.fileExists(atPath: location.database),
                let patients = try? Store(location).patientSummaries()
            else { return [] }
            return patients.map(\.identifier).filter { $0.hasPrefix(prefix) }
        }
    }
}
