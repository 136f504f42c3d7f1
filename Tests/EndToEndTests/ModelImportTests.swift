import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// `vsdb model import`, and what an imported model does then.
struct ModelImportTests {
    private var weights: String { goldenPath("vs_seg/best_metric_model.pth") }

    @Test("published weights are installed as a model like any other, once")
    func installed() throws {
        let program = try Program(bright: false)
        let first = try program.run("model", "import", weights, "--name", "vs-seg-t2")
        #expect(first.code == 0, "\(first.err)")
        #expect(first.out == "installed vs-seg-t2 1.0, active\n")
        let again = try program.run("model", "import", weights, "--name", "vs-seg-t2")
        #expect(again.out == "installed already: vs-seg-t2 1.0, active\n")
        let models = try program.run("model", "list", "--format", "json").list()
        #expect(models.count == 1)
        let shown = try program.run("model", "show", "--format", "json").object()
        let network = try #require(shown["architecture"] as? [String: Any])
        #expect(network["family"] as? String == "vs-seg")
        #expect(network["baseWidth"] as? Int == 4)
        #expect((shown["scanRule"] as? [String: Any])?["orientation"] as? String == "RAS")
        let table = try program.run("model", "show")
        #expect(table.out.contains("vs-seg, 2.5d U-Net, attention spatial"))
        #expect(table.out.contains("Research use only."))
    }

    @Test("--save writes a model file and leaves the database alone")
    func saved() throws {
        let program = try Program(bright: false)
        let run = try program.run("model", "import", weights, "--save", "out.safetensors")
        #expect(run.code == 0 && run.out == "wrote out.safetensors\n", "\(run.err)")
        #expect(!FileManager.default.fileExists(atPath: program.database))
        let file = try ModelFile(contentsOf: program.folder + "/out.safetensors")
        #expect(file.parameterCount == 218_184)
        #expect(
            try program.run("model", "import", weights, "--save", "a", "--activate").code == 64)
    }

    @Test("a malicious and a damaged file install nothing")
    func refused() throws {
        let program = try Program(bright: false)
        let whole = try Data(contentsOf: URL(fileURLWithPath: weights))
        // The pickle's own allowed name, made another of the same length.
        var malicious = whole
        let name = try #require(whole.range(of: Data("torch\nFloatStorage".utf8)))
        malicious.replaceSubrange(name, with: Data("posix\nsystemSystem".utf8))
        for (file, data, code): (String, Data, Int32) in [
            ("malicious.pth", malicious, 65), ("short.pth", whole.prefix(5000), 65),
            ("text.pth", Data("weights".utf8), 65),
        ] {
            try data.write(to: URL(fileURLWithPath: program.folder + "/" + file))
            let run = try program.run("model", "import", file)
            #expect(run.code == code, "\(file): \(run.err)")
            #expect(run.err.contains(file))
        }
        #expect(try program.run("model", "import", "nowhere.pth").code == 66)
        #expect(!FileManager.default.fileExists(atPath: program.database))
    }

    @Test("the published architecture is trained, resumed and run")
    func trained() throws {
        let program = try Program(bright: false)
        let phantom = try program.run(
            "phantom", "--patients", "1", "--exams", "1", "--tumour-free", "0", "--seed", "5",
            "--out", "training")
        #expect(phantom.code == 0, "\(phantom.err)")
        func train(_ iterations: Int, _ more: [String] = []) throws -> Program.Run {
            try program.run(
                [
                    "train", "training", "--out", "run", "--iterations", "\(iterations)",
                    "--architecture", "vs-seg", "--crop", "8x32x32", "--width", "2", "--batch", "1",
                    "--name", "tiny", "--threads", "1",
                ] + more)
        }
        #expect(try train(2).code == 0)
        let resumed = try train(3, ["--resume"])
        #expect(resumed.code == 0, "\(resumed.err)")
        let file = try ModelFile(contentsOf: program.folder + "/run/last.safetensors")
        #expect(file.description.architecture.family == .residual)
        let wrong = try train(3, ["--geometry", "3d"])
        #expect(wrong.code == 64 && wrong.err.contains("vs-seg is 2.5d"))
        let segmented = try program.run(
            "segment", "training/p000/e1_image.nii.gz", "mask.nii.gz", "--model",
            "run/last.safetensors")
        #expect(segmented.code == 0, "\(segmented.err)")
    }
}
