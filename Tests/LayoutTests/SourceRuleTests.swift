import Foundation
import Testing

/// Rules of the house that a reader would otherwise have to look for.
struct SourceRuleTests {
    /// Lines of a Swift file at most.
    static let longestFile = 400

    @Test("no source file is too long to read at once")
    func length() throws {
        for file in Checkout.files("Sources", [".swift"]) {
            let lines = try Checkout.text(file).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count
            #expect(lines <= Self.longestFile, "\(file) has \(lines)")
        }
    }

    @Test("nothing a user can cause may trap", arguments: ["try!", "fatalError", "as!"])
    func traps(word: String) throws {
        for file in Checkout.files("Sources", [".swift"]) {
            let text = try Checkout.text(file)
            #expect(!text.contains(word), "\(file) has \(word)")
        }
    }

    @Test("the migrations compiled in are those of the folder, in order")
    func migrations() throws {
        let folder = Checkout.files("migrations", [".sql"]).map {
            String($0.dropFirst("migrations/".count))
        }
        let listed = try Checkout.text("Sources/CAssets/migrations.c")
            .matches(of: /#embed ".*migrations\/([^"]+)"/).map { String($0.output.1) }
        #expect(!folder.isEmpty)
        #expect(listed == folder)
        for name in folder {
            #expect(name.wholeMatch(of: /\d{4}_[a-z_]+\.sql/) != nil, "\(name)")
        }
    }

    @Test("no text names a folder of somebody's machine")
    func absolutePaths() throws {
        let texts =
            Checkout.files("Sources", [".swift", ".c", ".h"]) + Checkout.files("docs", [".md"])
            + Checkout.files("migrations", [".sql"])
            + Checkout.files("Resources", [".md", ".json"])
            + ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "NOTICE", "Package.swift"]
        for file in texts {
            let text = try Checkout.text(file)
            #expect(
                text.firstMatch(of: /(?:^|[\s"'(`])\/(?:home|root|work|Users)\//) == nil, "\(file)")
        }
    }

    @Test("every link between documents leads somewhere")
    func links() throws {
        let documents = ["README.md", "CONTRIBUTING.md"] + Checkout.files("docs", [".md"])
        var checked = 0
        for file in documents {
            let folder = (file as NSString).deletingLastPathComponent
            for match in try Checkout.text(file).matches(of: /\]\(([^)#\s]+)[^)]*\)/) {
                let target = String(match.output.1)
                guard !target.contains("://") else { continue }
                let path = folder.isEmpty ? target : "\(folder)/\(target)"
                checked += 1
                #expect(
                    FileManager.default.fileExists(atPath: "\(Checkout.path)/\(path)"),
                    "\(file) links to \(target)")
            }
        }
        #expect(checked > 5)
    }

    @Test("a script says what it does when read")
    func scripts() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.path + "/scripts")
        #expect(names.contains("quickstart") && names.contains("test"))
        // A folder holds what one of the scripts runs.
        for name in names where !Checkout.isFolder("scripts/\(name)") {
            let lines = try Checkout.text("scripts/\(name)").split(separator: "\n")
            #expect(lines[0].hasPrefix("#!"), "\(name)")
            #expect(lines[1].hasPrefix("#") || lines[1].hasPrefix("\"\"\""), "\(name)")
            #expect(
                FileManager.default.isExecutableFile(atPath: "\(Checkout.path)/scripts/\(name)"))
        }
    }
}
