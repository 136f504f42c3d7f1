import Foundation
import Testing

/// Training from the command line, on phantoms too small to learn from.
@Suite(.serialized)
struct TrainingTests {
    private static let recipe = [
        "--crop", "8x32x32", "--width", "2", "--batch", "1", "--validate-every", "4",
        "--checkpoint-every", "2", "--name", "tiny", "--threads", "2",
    ]

    private func phantoms() throws -> Program {
        let program = try Program(bright: false)
        for (split, seed) in [("training", "5"), ("validation", "6")] {
            let run = try program.run(
                "phantom", "--patients", "1", "--exams", "1", "--tumour-free", "0", "--split",
                split, "--seed", seed, "--out", split)
            #expect(run.code == 0, "\(run.err)")
        }
        return program
    }

    private func train(_ out: String, _ iterations: Int) -> [String] {
        ["train", "training", "validation", "--out", out, "--iterations", "\(iterations)"]
            + Self.recipe
    }

    @Test("a run leaves weights, checkpoint, log and picture; a second needs --resume")
    func run() throws {
        let program = try phantoms()
        let run = try program.run(train("run", 8))
        #expect(run.code == 0, "\(run.err)")
        #expect(run.out.contains("best validation Dice"))
        for name in [
            "best.safetensors", "last.safetensors", "checkpoint.safetensors", "log.csv", "log.png",
        ] {
            #expect(
                FileManager.default.fileExists(atPath: "\(program.folder)/run/\(name)"), "\(name)")
        }
        let log = try String(contentsOfFile: program.folder + "/run/log.csv", encoding: .utf8)
        #expect(log.split(separator: "\n").count == 9)
        let again = try program.run(train("run", 8))
        #expect(again.code == 64 && again.err.contains("--resume"))
        #expect(
            try program.run("model", "install", "run/best.safetensors", "--activate").code == 0)
        #expect(try program.run("model", "show").out.contains("tiny"))
        let segmented = try program.run(
            "segment", "training/p000/e1_image.nii.gz", "mask.nii.gz", "--model",
            "run/best.safetensors", "--box=0,0,0")
        #expect(segmented.code == 0, "\(segmented.err)")
    }

    @Test("killed and resumed, a run ends with the same bits as one left alone")
    func killed() throws {
        let program = try phantoms()
        #expect(try program.run(train("whole", 12)).code == 0)
        let process = program.process(train("killed", 12))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let checkpoint = program.folder + "/killed/checkpoint.safetensors"
        while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) {
            usleep(2000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        let resumed = try program.run(train("killed", 12) + ["--resume"])
        #expect(resumed.code == 0, "\(resumed.err)")
        for name in ["last.safetensors", "best.safetensors"] {
            let whole = try Data(
                contentsOf: URL(fileURLWithPath: "\(program.folder)/whole/\(name)"))
            let killed = try Data(
                contentsOf: URL(fileURLWithPath: "\(program.folder)/killed/\(name)"))
            #expect(whole == killed, "\(name)")
        }
    }

    @Test("data that cannot be trained on is refused with its name")
    func badData() throws {
        let program = try Program(bright: false)
        let missing = try program.run("train", "nowhere", "--out", "run")
        #expect(missing.code == 66 && missing.err.contains("nowhere"))
        try FileManager.default.createDirectory(
            atPath: program.folder + "/empty", withIntermediateDirectories: true)
        let empty = try program.run("train", "empty", "--out", "run")
        #expect(empty.code == 65 && empty.err.contains("empty"))
    }
}

/// The same bits on any number of threads.
@Suite(.serialized)
struct ThreadTests {
    @Test("masks and probabilities do not depend on threads, the mask not on the instruction set")
    func threads() throws {
        let program = try Program(bright: false)
        let made = try program.run(
            "phantom", "--patients", "1", "--exams", "1", "--tumour-free", "0", "--volume", "600",
            "--out", "scans")
        #expect(made.code == 0, "\(made.err)")
        let scan = "scans/p000/e1_image.nii.gz"
        func segment(_ name: String, threads: Int, portable: Bool = false) throws -> [Data] {
            // The middle of the head, to be quick: the box of the paper.
            let process = program.process([
                "segment", scan, "\(name).nii", "--probabilities", "\(name)-p.nii", "--box=0,0,0",
                "--threads", "\(threads)",
            ])
            if portable { process.environment?["VSDB_ISA"] = "portable" }
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return try ["\(name).nii", "\(name)-p.nii"].map {
                try Data(contentsOf: URL(fileURLWithPath: "\(program.folder)/\($0)"))
            }
        }
        let one = try segment("one", threads: 1)
        #expect(try segment("two", threads: 2) == one)
        #expect(try segment("three", threads: 3) == one)
        #expect(try segment("portable", threads: 2, portable: true)[0] == one[0])
    }
}
