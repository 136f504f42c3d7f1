import Foundation
import Testing

/// Help, versions and completions.
struct HelpTests {
    static let commands = [
        "register scan", "register patient", "register treatment", "growth", "flagged", "worklist",
        "acknowledge", "review", "agreement", "cohort", "import outlines", "import vs-seg",
        "import vs-mc-rc",
        "import crossmoda", "import bids", "export bids", "bench-store", "list",
        "show scan", "show patient", "show segmentation", "export mask", "export seg",
        "export sr", "export overlay",
        "export csv", "segment", "evaluate",
        "model list", "model show", "model install", "model activate", "model calibrate", "train",
        "phantom", "doctor", "bench", "simulate growth", "work", "jobs list", "jobs show",
        "jobs retry", "jobs cancel", "campaign show", "campaign report", "campaign promote",
        "campaign rollback", "schedule add", "schedule list", "schedule remove", "schedule run",
        "serve", "user add", "token create",
    ]

    @Test("every command explains itself", arguments: commands)
    func help(command: String) throws {
        let program = try Program(bright: false)
        let words = command.split(separator: " ").map(String.init)
        let run =
            words.count == 2
            ? try program.run(words[0], words[1], "--help") : try program.run(words[0], "--help")
        #expect(run.code == 0)
        #expect(run.out.contains("OVERVIEW") && run.out.contains("USAGE: vsdb \(command)"))
    }

    @Test("the first page says what it is for, and that it is for research only")
    func root() throws {
        let program = try Program(bright: false)
        let run = try program.run("--help")
        #expect(run.out.contains("Research use only"))
        #expect(try program.run("--version").out.hasPrefix("0."))
        #expect(try program.run("registr").code == 64)
        #expect(try program.run("growth").code == 64)
    }

    @Test("shells get completions", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let program = try Program(bright: false)
        let run = try program.run("--generate-completion-script", shell)
        #expect(run.code == 0 && run.out.contains("register"))
    }
}
