import Foundation
import Testing

/// A training run that is stopped, or cannot go on.
@Suite(.serialized)
struct TrainCommandTests {
    private func phantoms() throws -> Program {
        let program = try Program(bright: false)
        let run = try program.run(
            "phantom", "--patients", "1", "--exams", "1", "--tumour-free", "0", "--seed", "5",
            "--out", "training")
        #expect(run.code == 0, "\(run.err)")
        return program
    }

    private func train(_ out: String, _ iterations: Int, width: Int = 2) -> [String] {
        [
            "train", "training", "--out", out, "--iterations", "\(iterations)", "--crop",
            "8x32x32", "--width", "\(width)", "--batch", "1", "--checkpoint-every", "3", "--name",
            "tiny", "--threads", "1",
        ]
    }

    private func bytes(_ program: Program, _ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(program.folder)/\(name)"))
    }

    @Test("Ctrl-C leaves a checkpoint, exits with 130, and the run goes on as if never stopped")
    func stopped() throws {
        let program = try phantoms()
        // So long that it is stopped in any case.
        let process = program.process(train("stopped", 1_000_000))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let checkpoint = program.folder + "/stopped/checkpoint.safetensors"
        // A minute at most.
        for _ in 0..<30_000 {
            if !process.isRunning || FileManager.default.fileExists(atPath: checkpoint) { break }
            usleep(2000)
        }
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        let log = try String(contentsOfFile: program.folder + "/stopped/log.csv", encoding: .utf8)
        let done = log.split(separator: "\n").count - 1
        #expect(done >= 3)
        let resumed = try program.run(train("stopped", done + 4) + ["--resume"])
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(try program.run(train("whole", done + 4)).code == 0)
        #expect(
            try bytes(program, "stopped/last.safetensors")
                == bytes(program, "whole/last.safetensors"))
    }

    @Test("a run killed before its first checkpoint is the same run when it is resumed")
    func killedEarly() throws {
        let program = try phantoms()
        #expect(try program.run(train("run", 3)).code == 0)
        let whole = try bytes(program, "run/last.safetensors")
        try FileManager.default.removeItem(
            atPath: program.folder + "/run/checkpoint.safetensors")
        let resumed = try program.run(train("run", 3) + ["--resume"])
        #expect(resumed.code == 0 && resumed.err.contains("begins anew"), "\(resumed.err)")
        #expect(try bytes(program, "run/last.safetensors") == whole)
    }

    @Test("what cannot be resumed is refused with its name, and the run stays as it was")
    func unresumable() throws {
        let program = try phantoms()
        let nothing = try program.run(train("new", 3) + ["--resume"])
        #expect(nothing.code == 66 && nothing.err.contains("new/checkpoint"), "\(nothing.err)")
        #expect(try program.run(train("run", 3)).code == 0)
        let names = ["checkpoint.safetensors", "last.safetensors", "log.csv"]
        let before = try names.map { try bytes(program, "run/" + $0) }
        let other = try program.run(train("run", 6, width: 4) + ["--resume"])
        #expect(other.code == 65 && other.err.contains("checkpoint"), "\(other.err)")
        #expect(try names.map { try bytes(program, "run/" + $0) } == before)
        let whole = try bytes(program, "run/checkpoint.safetensors")
        try whole.prefix(whole.count / 2).write(
            to: URL(fileURLWithPath: program.folder + "/run/checkpoint.safetensors"))
        let half = try program.run(train("run", 6) + ["--resume"])
        #expect(half.code == 65 && half.err.contains("checkpoint"), "\(half.err)")
        #expect(try bytes(program, "run/last.safetensors") == before[1])
    }

    @Test("a folder that cannot be made: 73, with its name")
    func unwritable() throws {
        let program = try phantoms()
        let run = try program.run(train("/proc/run", 3))
        #expect(run.code == 73, "\(run.code) \(run.err)")
        #expect(run.err.contains("/proc/run"))
    }
}
