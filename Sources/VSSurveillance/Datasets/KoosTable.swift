import Foundation
import VSStore

/// What tables beside the images of a challenge say of each case: its Koos grade, or that it is of after
/// surgery, when there is none.
struct KoosTable {
    private var sentences: [String: String] = [:]

    /// Reads every CSV or TSV below a folder that has a column of Koos grades; one that cannot be read is
    /// left out by name.
    init(_ folder: DatasetFolder, _ files: [String], _ listing: inout DatasetListing) {
        for file in files where file.hasSuffix(".csv") || file.hasSuffix(".tsv") {
            do throws(StoreError) {
                let table = try TextColumns("\(folder.path)/\(file)")
                guard let grade = table.names.firstIndex(where: { Self.isKoos($0) }) else {
                    continue
                }
                for row in table.rows {
                    let names = row.compactMap {
                        $0.firstMatch(of: /crossmoda\w*?_\d+/.ignoresCase())
                            .map { String($0.output) }
                    }
                    guard let name = names.first else { continue }
                    sentences[name.lowercased()] = Self.sentence(row[grade], name, &listing)
                }
            } catch {
                listing.leaveOut(error.subject, error.message)
            }
        }
    }

    /// What is said of a case; nil where nothing is.
    func sentence(of name: String) -> String? { sentences[name.lowercased()] }

    private static func isKoos(_ name: String) -> Bool { name.lowercased().contains("koos") }

    private static func sentence(
        _ text: String, _ name: String, _ listing: inout DatasetListing
    ) -> String? {
        if let match = text.wholeMatch(of: /([1-4])(?:\.0)?/) {
            return "Koos grade \(match.output.1)."
        }
        let words = text.lowercased().filter(\.isLetter)
        if ["", "none", "na", "nan", "post", "postop", "postoperative"].contains(words),
            !text.contains(where: \.isNumber)
        {
            return "After surgery: it has no Koos grade."
        }
        listing.leaveOut("\(name), Koos grade", "'\(text.prefix(40))' is none")
        return nil
    }
}
