import Foundation
import Testing

/// The field names of every answer: a contract with whoever parses them.
@Suite(.serialized)
struct OutputFormatTests {
    /// A command and the keys of its rows, in the order of its CSV.
    struct Answer: Sendable, CustomTestStringConvertible {
        let command: [String]
        let keys: [String]
        var testDescription: String { command.joined(separator: " ") }
    }

    static let lists = [
        Answer(
            command: ["list", "patients"],
            keys: ["patient", "scans", "firstExam", "lastExam", "class"]),
        Answer(
            command: ["list", "scans"],
            keys: [
                "scan", "patient", "examDate", "sequence", "shape", "sliceSpacingMm",
                "segmentations",
            ]),
        Answer(
            command: ["list", "segmentations"],
            keys: [
                "segmentation", "scan", "patient", "examDate", "model", "finding", "volumeMm3",
                "createdAt",
            ]),
        Answer(
            command: ["list", "models"],
            keys: ["name", "version", "isActive", "sha256", "installedAt"]),
        Answer(
            command: ["model", "list"],
            keys: ["name", "version", "isActive", "sha256", "installedAt"]),
        Answer(
            command: ["flagged"],
            keys: [
                "patient", "side", "class", "lastExam", "volumeMm3", "percentFromBaseline",
                "probabilityOfGrowth", "nextExam", "isAcknowledged", "sentence",
            ]),
        Answer(command: ["doctor"], keys: ["check", "result"]),
        Answer(
            command: ["evaluate", "--predictions", ".", "--truth", "."],
            keys: [
                "case", "dice", "assdMm", "hd95Mm", "volumeMm3", "truthVolumeMm3", "rvePercent",
                "isMissed", "falseComponents",
            ]),
        Answer(
            command: ["growth", "P"],
            keys: [
                "examDate", "side", "model", "volumeMm3", "volumeErrorMm3", "equivalentDiameterMm",
                "percentFromBaseline", "percentFromPrevious", "percentFromNadir",
            ]),
        Answer(
            command: ["export", "csv"],
            keys: [
                "patient", "examDate", "scan", "sequence", "side", "model", "modelSha256",
                "volumeMm3", "relativeSD", "highestProbability", "source", "hasOwnError",
            ]),
    ]

    /// A store in which every list has a row, and a mask beside it.
    private func filled() throws -> Program {
        let program = try Program()
        for (year, half) in [(2020, 3.2), (2021, 4.8)] {
            let scan = try program.scan("e\(year).nii.gz", left: half)
            try program.run(
                "register", "scan", scan, "--patient", "P", "--date", "\(year)-03-01")
        }
        return program
    }

    @Test("a table's CSV has these columns and as many fields in each row", arguments: lists)
    func csv(answer: Answer) throws {
        let program = try filled()
        let words = answer.command == ["export", "csv"] ? [] : ["--format", "csv"]
        let run = try program.run(answer.command + words)
        #expect(run.code == 0, "\(run.err)")
        let lines = run.out.split(separator: "\n")
        #expect(lines.first.map(String.init) == answer.keys.joined(separator: ","))
        #expect(lines.count > 1)
    }

    @Test("a list's JSON is a list of objects with the same keys", arguments: lists.prefix(7))
    func json(answer: Answer) throws {
        let program = try filled()
        let rows = try program.run(answer.command + ["--format", "json"]).list()
        #expect(!rows.isEmpty)
        for row in rows { #expect(Set(row.keys) == Set(answer.keys)) }
    }

    @Test("a table carries no colour where it is not shown on a terminal", arguments: lists)
    func plain(answer: Answer) throws {
        let program = try filled()
        #expect(try !program.run(answer.command).out.contains("\u{1B}"))
    }

    @Test("growth, show and register have these fields")
    func objects() throws {
        let program = try filled()
        let growth = try program.run("growth", "P", "--format", "json").object()
        #expect(
            Set(growth.keys) == [
                "patient", "tumours", "examsWithoutTumour", "intendedUse", "researchUseOnly",
            ])
        let tumour = try #require((growth["tumours"] as? [[String: Any]])?.first)
        #expect(Set(tumour.keys) == ["side", "exams", "assessment", "isFlagged"])
        let assessment = try #require(tumour["assessment"] as? [String: Any])
        #expect(
            Set(assessment.keys).isSuperset(of: [
                "growthClass", "sentence", "againstBaseline", "compared", "isCreeping",
            ]))
        let measured: Set = [
            "side", "volumeMm3", "volumeErrorMm3", "softVolumeMm3", "equivalentDiameterMm",
            "maximalDiameterMm", "maximalAxialDiameterMm", "abc2Mm3", "centroidXMm",
            "centroidYMm", "centroidZMm", "sliceCount", "componentCount", "peakProbability",
            "relativeSD", "modelErrorSD", "repeatabilityRuns", "repeatabilityFound",
            "repeatabilitySpreadSD",
        ]
        for words in [["show", "1"], ["show", "scan", "1"], ["show", "segmentation", "1"]] {
            let shown = try program.run(words + ["--format", "json"]).object()
            #expect(
                Set(shown.keys).isSuperset(of: [
                    "scan", "patient", "examDate", "segmentation", "model", "modelSha256",
                    "finding", "highestProbability", "seconds", "tumours", "researchUseOnly",
                ]), "\(words)")
            let first = try #require((shown["tumours"] as? [[String: Any]])?.first)
            #expect(Set(first.keys) == measured, "\(words)")
        }
        let patient = try program.run("show", "patient", "P", "--format", "json").object()
        #expect(
            Set(patient.keys) == [
                "patient", "isBilateral", "scans", "registeredAt", "tumours", "acknowledgements",
                "researchUseOnly",
            ])
        let scan = try program.scan("e2022.nii.gz", left: 5.2)
        let registered = try program.run(
            "register", "scan", scan, "--patient", "P", "--date", "2022-03-01", "--format", "json"
        ).object()
        #expect(
            Set(registered.keys) == [
                "scan", "patient", "examDate", "isNewPatient", "isRepeat", "isSegmented",
                "tumours", "notes", "highestProbability", "intendedUse", "researchUseOnly", "job",
            ])
    }

    @Test("segment prints and writes the same JSON; a model shows its description")
    func others() throws {
        let program = try filled()
        let scan = try program.scan("s.nii.gz", left: 4)
        let run = try program.run(
            "segment", scan, "mask.nii.gz", "--model", "bright.safetensors", "--statistics",
            "s.json", "--format", "json")
        #expect(
            Set(try run.object().keys) == [
                "model", "version", "tumours", "dropped", "highestProbability", "gate",
                "parameters", "seconds", "seenShare", "plannedBytes", "intendedUse",
            ])
        let written = try String(contentsOfFile: program.folder + "/s.json", encoding: .utf8)
        #expect(run.out == written + "\n")
        let model = try program.run("model", "show", "--format", "json").object()
        #expect(
            Set(model.keys).isSuperset(of: [
                "name", "version", "architecture", "spacingMm", "normalisation", "labels",
                "threshold", "trainingData", "licence", "intendedUse", "parameters",
            ]))
        #expect(try program.run("model", "show").out.contains("intended use"))
    }
}
