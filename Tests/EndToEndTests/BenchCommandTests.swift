import Foundation
import Testing

/// `vsdb bench`: that it runs, says what it ran, and refuses what it cannot; how fast is not a test's.
struct BenchCommandTests {
    @Test("the network's time, and that of a training step", arguments: [[], ["--training"]])
    func times(extra: [String]) throws {
        let program = try Program(bright: false)
        let run = try program.run(
            ["bench", "--size", "4x16x32", "--rounds", "2", "--threads", "1", "--format", "json"]
                + extra)
        #expect(run.code == 0, "\(run.err)")
        let row = try #require(try run.list().first)
        let what = extra.isEmpty ? "inference 4x16x32" : "training step 2x4x16x32"
        #expect(row["what"] as? String == what)
        #expect(row["threads"] as? Int == 1)
        for key in ["minSeconds", "medianSeconds", "maxSeconds"] {
            #expect(try #require(row[key] as? Double) > 0)
        }
    }

    @Test("every convolution of the network, by each algorithm that serves it")
    func layers() throws {
        let program = try Program(bright: false)
        let run = try program.run(
            "bench", "--layers", "--size", "4x16x16", "--rounds", "1", "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        let rows = try run.list()
        // Ten of the encoder, eight of the decoder, five attention modules.
        #expect(rows.count == 23)
        #expect(rows.filter { $0["used"] as? String == "direct" }.count == 1)
        #expect(rows[0]["layer"] as? String == "encoder.0.unit1")
        #expect(rows[0]["winogradMilliseconds"] is NSNull)
        // Two operations per product: 16 to 16 channels, nine taps, 1024 voxels.
        let operations = Double(2 * 16 * 16 * 9 * 1024) * 1e-9
        let shown = try #require(rows[1]["gigaOperations"] as? Double)
        #expect(abs(shown - operations) < 1e-12)
    }

    @Test("a window from a file gives the probabilities that segmentation would")
    func files() throws {
        let program = try Program(bright: false)
        let image = (0..<1024).map { Float($0 % 7) - 3 }
        try image.withUnsafeBytes { Data($0) }.write(
            to: URL(fileURLWithPath: program.folder + "/in.f32"))
        let command = ["bench", "--size", "4x16x16", "--rounds", "1", "--input", "in.f32"]
        let run = try program.run(command + ["--output", "out.f32"])
        #expect(run.code == 0, "\(run.err)")
        let data = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/out.f32"))
        let values = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(values.count == 1024)
        #expect(values.allSatisfy { (0...1).contains($0) })
        #expect(try program.run(command + ["--output", "no/out.f32"]).code == 73)
    }

    @Test(
        "what cannot be run is refused",
        arguments: [
            ["--size", "4x16"], ["--size", "0x16x16"], ["--size", "4x16xa"], ["--rounds", "0"],
            ["--threads", "0"], ["--layers", "--training"],
            ["--size", "4x16x16", "--input", "missing.f32"],
        ])
    func refused(extra: [String]) throws {
        #expect(try Program(bright: false).run(["bench"] + extra).code == 64)
    }

    @Test("instructions that the processor lacks are not timed as others")
    func instructions() throws {
        let program = try Program(bright: false)
        let command = ["bench", "--size", "4x16x16", "--rounds", "1"]
        let refused = try program.run(command, ["VSDB_ISA": "avx1024"])
        #expect(refused.code == 64)
        #expect(refused.err.contains("avx1024"), "\(refused.err)")
        let portable = try program.run(command, ["VSDB_ISA": "portable"])
        #expect(portable.code == 0 && portable.out.contains("portable"), "\(portable.err)")
    }

    @Test("a window that does not suit the network is refused with the multiples that do")
    func multiples() throws {
        let run = try Program(bright: false).run("bench", "--size", "4x16x20")
        #expect(run.code == 65)
        #expect(run.err.contains("16"))
    }
}
