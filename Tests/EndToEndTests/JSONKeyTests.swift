import Foundation
import Testing

/// The exact fields of every answer in JSON, down to its leaves, and the headings of the other CSVs.
@Suite(.serialized)
struct JSONKeyTests {
    private static let measured: Set = [
        "side", "volumeMm3", "volumeErrorMm3", "softVolumeMm3", "equivalentDiameterMm",
        "maximalDiameterMm", "maximalAxialDiameterMm", "abc2Mm3", "centroidXMm", "centroidYMm",
        "centroidZMm", "sliceCount", "componentCount", "peakProbability",
        "repeatabilityRuns", "repeatabilityFound", "repeatabilitySpreadSD", "modelErrorSD",
        "relativeSD",
    ]
    private static let segmented: Set = [
        "segmentation", "model", "modelSha256", "softwareVersion", "finding",
        "highestProbability", "seconds", "segmentedAt",
    ]
    private static let change: Set = [
        "from", "to", "percent", "logChange", "logSD", "smallestDetectablePercent",
        "probabilityOfGrowth", "probabilityOfThreshold", "specificGrowthRatePerYear",
        "annualGrowthPercent", "doublingTimeYears", "diameterRateMmPerYear", "diameterChangeMm",
        "isBeyondLinearRule",
    ]

    /// Three exams of a growing tumour on the left.
    private func filled() throws -> Program {
        let program = try Program()
        for (year, half) in [(2020, 3.2), (2021, 4.0), (2022, 4.8)] {
            let scan = try program.scan("e\(year).nii.gz", left: half)
            try program.run(
                "register", "scan", scan, "--patient", "P", "--date", "\(year)-03-01")
        }
        return program
    }

    /// The object along a path of keys; of a list the first.
    private func part(_ object: [String: Any], _ path: String...) throws -> [String: Any] {
        var value: Any = object
        for key in path {
            if let list = value as? [Any] {
                value = try #require(list.first, "\(path)")
            }
            value = try #require((value as? [String: Any])?[key], "\(path)")
        }
        if let list = value as? [Any] { value = try #require(list.first, "\(path)") }
        return try #require(value as? [String: Any], "\(path)")
    }

    @Test("show scan, show segmentation and show patient")
    func show() throws {
        let program = try filled()
        let scan = try program.run("show", "scan", "1", "--format", "json").object()
        #expect(
            Set(scan.keys)
                == Self.segmented.union([
                    "scan", "patient", "examDate", "sequence", "sourceName", "slices", "rows",
                    "columns", "sliceSpacingMm", "rowSpacingMm", "columnSpacingMm",
                    "contentSha256", "registeredAt", "tumours", "readings", "findings",
                    "studyUid", "seriesUid", "supersededByScan",
                    "researchUseOnly",
                ]))
        #expect(Set(try part(scan, "tumours").keys) == Self.measured)
        let plain = try program.scan("t1.nii.gz", left: 3)
        try program.run(
            "register", "scan", plain, "--patient", "P", "--date", "2022-04-01", "--sequence", "T1")
        let other = try program.run("show", "scan", "4", "--format", "json").object()
        #expect(Set(other.keys) == Set(scan.keys) && other["model"] is NSNull)
        let segmentation = try program.run("show", "segmentation", "1", "--format", "json").object()
        #expect(
            Set(segmentation.keys)
                == Self.segmented.union([
                    "scan", "patient", "examDate", "parameters", "dropped", "tumours",
                    "researchUseOnly",
                ]))
        #expect(Set(try part(segmentation, "tumours").keys) == Self.measured)
        let patient = try program.run("show", "patient", "P", "--format", "json").object()
        #expect(
            Set(try part(patient, "tumours").keys) == [
                "side", "trackingUid", "class", "isFlagged", "lastExam", "volumeMm3", "sentence",
                "nextExam", "treatments",
            ])
    }

    @Test("growth, down to each change")
    func growth() throws {
        let program = try filled()
        let growth = try program.run("growth", "P", "--format", "json").object()
        #expect(
            Set(try part(growth, "tumours", "exams").keys) == [
                "examDate", "side", "model", "volumeMm3", "volumeErrorMm3", "equivalentDiameterMm",
                "percentFromBaseline", "percentFromPrevious", "percentFromNadir", "hasOwnError",
            ])
        #expect(
            Set(try part(growth, "tumours", "assessment").keys) == [
                "growthClass", "sentence", "againstBaseline", "againstPrevious", "againstNadir",
                "trend", "isCreeping", "compared", "leftOut", "nextExam", "isFlagged", "outlier",
                "slopeChange", "posterior", "prediction", "treatment", "nextYearRiskPercent",
            ])
        for reference in ["againstBaseline", "againstPrevious", "againstNadir"] {
            #expect(
                Set(try part(growth, "tumours", "assessment", reference).keys) == Self.change)
        }
        #expect(
            Set(try part(growth, "tumours", "assessment", "compared").keys) == [
                "date", "volumeMm3", "relativeSD", "model", "source", "sequence",
                "sliceSpacingMm", "fieldStrengthTesla", "scanner", "hasContrast", "hasOwnError",
                "coversPostSurgery", "grossErrorShare",
            ])
        let empty = try program.scan("e2023.nii.gz")
        try program.run("register", "scan", empty, "--patient", "P", "--date", "2023-03-01")
        let later = try program.run("growth", "P", "--format", "json").object()
        #expect(
            Set(try part(later, "examsWithoutTumour").keys) == ["examDate", "highestProbability"])
    }

    @Test("register scan and segment, down to each measurement")
    func measurements() throws {
        let program = try filled()
        let scan = try program.scan("s.nii.gz", left: 5)
        let registered = try program.run(
            "register", "scan", scan, "--patient", "Q", "--date", "2022-03-01", "--format", "json"
        ).object()
        #expect(
            Set(try part(registered, "tumours").keys) == [
                "side", "volumeMm3", "volumeErrorMm3", "equivalentDiameterMm",
                "percentFromPrevious", "percentFromBaseline", "class", "isFlagged",
                "hasOwnError",
            ])
        let segment = try program.run(
            "segment", scan, "m.nii", "--model", "bright.safetensors", "--format", "json"
        ).object()
        #expect(
            Set(try part(segment, "tumours").keys) == [
                "side", "cautions", "measurement", "repeatability",
            ])
        #expect(
            Set(try part(segment, "tumours", "measurement").keys) == [
                "volumeMm3", "softVolumeMm3", "equivalentDiameterMm", "maximalDiameterMm",
                "maximalAxialDiameterMm", "abc2Mm3", "centroid", "sliceCount", "componentCount",
                "peakProbability",
            ])
        #expect(
            Set(try part(segment, "parameters").keys) == [
                "componentMean", "componentPeak", "earlierExamReachMm", "isExhaustive",
                "memoryLimitBytes",
                "overlap", "partDistanceMm", "smallestComponentMm3", "threshold",
                "tumoursPerSide",
            ])
        #expect(
            Set(try part(segment, "seconds").keys) == [
                "gate", "network", "postprocessing", "preprocessing",
            ])
        #expect(Set(try part(segment, "gate").keys) == ["reasons"])
    }

    @Test("model show")
    func model() throws {
        let program = try Program()
        let model = try program.run("model", "show", "--format", "json").object()
        #expect(
            Set(model.keys) == [
                "name", "version", "architecture", "spacingMm", "normalisation", "labels",
                "sequence", "window", "threshold", "trainingData", "trainingRecipe", "licence",
                "intendedUse", "parameters", "boundarySDMm", "grossErrorShare", "calibration",
                "scope",
            ])
        #expect(
            Set(try part(model, "architecture").keys) == [
                "attention", "baseWidth", "geometry", "supervised",
            ])
        #expect(Set(try part(model, "normalisation").keys) == ["method", "region"])
        #expect(Set(try part(model, "window").keys) == ["depth", "height", "width"])
    }

    @Test("evaluate, with its bands and the comparison of two systems")
    func evaluate() throws {
        let program = try filled()
        for place in ["predicted", "truth"] {
            try FileManager.default.createDirectory(
                atPath: "\(program.folder)/\(place)", withIntermediateDirectories: true)
            for scan in ["1", "2", "3"] {
                let run = try program.run("export", "mask", scan, "\(place)/\(scan).nii.gz")
                #expect(run.code == 0, "\(run.err)")
            }
        }
        let words = ["evaluate", "--predictions", "predicted", "--truth", "truth"]
        let alone = try program.run(words + ["--format", "json"]).object()
        #expect(Set(alone.keys) == ["cases", "summary", "bands", "comparison"])
        #expect(alone["comparison"] is NSNull)
        #expect(
            Set(try part(alone, "cases").keys) == [
                "case", "dice", "assdMm", "hd95Mm", "volumeMm3", "truthVolumeMm3", "rvePercent",
                "isMissed", "falseComponents",
            ])
        let summary: Set = [
            "absoluteRVEPercent", "assdMm", "dice", "falseComponents", "hd95Mm", "missed",
            "rvePercent", "tumourFree", "tumours",
        ]
        #expect(Set(try part(alone, "summary").keys) == summary)
        #expect(Set(try part(alone, "bands").keys) == ["band", "summary"])
        #expect(Set(try part(alone, "bands", "summary").keys) == summary)
        #expect(Set(try part(alone, "summary", "dice").keys) == ["count", "mean", "sd"])
        // Each mask for another exam's, so that the two systems differ.
        try FileManager.default.createDirectory(
            atPath: program.folder + "/other", withIntermediateDirectories: true)
        for (scan, place) in [("1", "2"), ("2", "3"), ("3", "1")] {
            let run = try program.run("export", "mask", scan, "other/\(place).nii.gz")
            #expect(run.code == 0, "\(run.err)")
        }
        let both = try program.run(words + ["--against", "other", "--format", "json"]).object()
        #expect(
            Set(try part(both, "comparison").keys) == [
                "count", "meanDifference", "t", "tP", "wilcoxon", "wilcoxonP",
            ])
    }

    @Test("phantom, as JSON and CSV")
    func phantom() throws {
        let program = try Program(bright: false)
        let keys = [
            "patient", "date", "side", "course", "trueVolumeMm3", "image", "mask",
        ]
        let words = ["phantom", "--patients", "1", "--exams", "1", "--out", "scans", "--format"]
        let rows = try program.run(words + ["json"]).list()
        #expect(rows.count == 1 && Set(rows[0].keys) == Set(keys))
        let csv = try program.run(words + ["csv"]).out.split(separator: "\n")
        #expect(csv.count == 2 && csv[0] == keys.joined(separator: ","))
    }

    @Test("the CSVs of single things have these headings")
    func headings() throws {
        let program = try filled()
        let scan = try program.scan("s.nii.gz", left: 5)
        let registered =
            "side,volumeMm3,volumeErrorMm3,equivalentDiameterMm,percentFromPrevious,"
            + "percentFromBaseline,class,isFlagged"
        let segment =
            "side,volumeMm3,softVolumeMm3,equivalentDiameterMm,maximalDiameterMm,"
            + "maximalAxialDiameterMm,abc2Mm3,sliceCount,peakProbability"
        for (words, heading) in [
            (["show", "scan", "1"], "field,value"),
            (["show", "segmentation", "1"], "field,value"),
            (["show", "patient", "P"], "field,value"), (["model", "show"], "field,value"),
            (["register", "scan", scan, "--patient", "Q", "--date", "2022-03-01"], registered),
            (["segment", scan, "m.nii", "--model", "bright.safetensors"], segment),
        ] {
            let run = try program.run(words + ["--format", "csv"])
            #expect(run.code == 0, "\(run.err)")
            let lines = run.out.split(separator: "\n")
            #expect(lines.first.map(String.init) == heading, "\(words)")
            #expect(lines.count > 1, "\(words)")
        }
    }
}
