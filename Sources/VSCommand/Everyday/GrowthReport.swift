import Foundation
import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// What `vsdb growth` prints.
struct GrowthReport {
    private let growth: PatientGrowth
    private let rule: GrowthRule
    private let allowingMixedSources: Bool

    init(_ growth: PatientGrowth, allowingMixedSources: Bool = false) {
        self.growth = growth
        rule = growth.rule
        self.allowingMixedSources = allowingMixedSources
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            guard !growth.exams.isEmpty else {
                print("\(growth.patient) has no segmented exam yet.")
                return
            }
            for tumour in growth.tumours { try show(tumour, output) }
            for exam in growth.exams where exam.volumeMm3 == nil {
                print(
                    "\(exam.examDate.iso): no tumour found; highest probability "
                        + NumberText.fixed(exam.highestProbability, 2))
            }
            print(growth.intendedUse)
        case .csv:
            var all = TextTable(columns)
            for tumour in growth.tumours { rows(tumour).forEach { all.add($0) } }
            print(all.csv)
        case .json: try output.printJSON(object)
        }
    }

    private func show(_ tumour: PatientGrowth.Tumour, _ output: OutputOptions) throws {
        let spark = Sparkline.text(tumour.curve.measurements.map(\.volumeMm3))
        print("\(growth.patient), \(tumour.side.rawValue)  \(spark)")
        var table = TextTable(columns)
        rows(tumour).forEach { table.add($0) }
        try output.show(table, empty: "")
        if tumour.curve.measurements.contains(where: \.hasOwnError) {
            print(PrecisionText.legend)
        }
        for line in treatments(tumour) { print(line) }
        guard let assessment = tumour.assessment else { return }
        let mark = assessment.isFlagged ? "⚑ " : ""
        print("\(mark)\(assessment.growthClass.title): \(assessment.sentence)")
        for line in numbers(assessment) { print(line) }
    }

    private func treatments(_ tumour: PatientGrowth.Tumour) -> [String] {
        tumour.curve.treatments.map { "\($0.date.iso): \($0.kind.rawValue)" }
    }

    /// Rates, and what is to be expected.
    private func numbers(_ assessment: GrowthAssessment) -> [String] {
        [rates(assessment)].compactMap(\.self) + outlook(assessment)
    }

    /// Treatments, rates, and what is to be expected: what a page says below its table.
    func lines(_ tumour: PatientGrowth.Tumour) -> [String] {
        treatments(tumour) + (tumour.assessment.map { numbers($0) } ?? [])
    }

    /// A tumour's table of at most so many exams, the first and the latest, and how many it leaves out.
    func pageTable(_ tumour: PatientGrowth.Tumour, most: Int) -> (table: TextTable, leftOut: Int) {
        var table = TextTable(columns)
        let all = rows(tumour)
        let shown = all.count <= most ? all : Array(all.prefix(1)) + Array(all.suffix(most - 1))
        shown.forEach { table.add($0) }
        return (table, all.count - shown.count)
    }

    /// What is to be expected, where it is known.
    private func outlook(_ assessment: GrowthAssessment) -> [String] {
        var lines: [String] = []
        if let posterior = assessment.posterior {
            lines.append(
                "true change since \(assessment.compared.first?.date.iso ?? ""), all exams together: "
                    + "\(NumberText.percent(posterior.medianPercent)) % "
                    + "(95 %: \(NumberText.percent(posterior.lowPercent)) to "
                    + "\(NumberText.percent(posterior.highPercent)) %)")
        }
        if let next = assessment.nextExam { lines.append("suggested next exam: \(next.iso)") }
        if let forecast = assessment.prediction {
            lines.append(
                "expected on \(forecast.date.iso): \(NumberText.volume(forecast.volumeMm3)) mm³ "
                    + "(95 %: \(NumberText.volume(forecast.lowMm3)) to "
                    + "\(NumberText.volume(forecast.highMm3)))")
        }
        if let risk = assessment.nextYearRiskPercent {
            lines.append(
                "published risk of growth in the next year, given none so far: "
                    + "\(NumberText.fixed(risk, risk < 1 ? 1 : 0)) %")
        }
        return lines
    }

    private func rates(_ assessment: GrowthAssessment) -> String? {
        guard let change = assessment.againstBaseline,
            let annual = change.annualGrowthPercent, let diameter = change.diameterRateMmPerYear
        else { return nil }
        var text =
            "rate: \(NumberText.percent(annual)) % per year, diameter "
            + "\(diameter >= 0 ? "+" : "")\(NumberText.fixed(diameter, 2)) mm per year"
        text += " (\(change.diameterChangeMm >= 0 ? "+" : "")"
        text += "\(NumberText.fixed(change.diameterChangeMm, 1)) mm in all; linear rule of "
        text += "+\(NumberText.fixed(rule.linearGrowthMm, 0)) mm "
        text += "\(change.isBeyondLinearRule ? "met" : "not met"))"
        if let time = change.doublingTimeYears {
            let word = time > 0 ? "doubling" : "halving"
            text += ", \(word) time \(NumberText.fixed(abs(time), 1)) years"
        }
        if let trend = assessment.trend {
            text += String(
                format: "; trend over %d exams %+.3f ± %.3f per year (ln V)",
                assessment.compared.count, trend.slopePerYear, 1.96 * trend.slopeSE)
        }
        return text
    }

    private var columns: [TextTable.Column] {
        [
            .init("date", key: "examDate"),
            .init("side", key: "side"),
            .init("model", key: "model"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("± mm³", key: "volumeErrorMm3", .right),
            .init("Ø mm", key: "equivalentDiameterMm", .right),
            .init("baseline %", key: "percentFromBaseline", .right),
            .init("previous %", key: "percentFromPrevious", .right),
            .init("nadir %", key: "percentFromNadir", .right),
        ]
    }

    /// One row per measurement, each against what was known before it.
    private func rows(_ tumour: PatientGrowth.Tumour) -> [[TextTable.Value]] {
        tumour.curve.measurements.indices.map { index in
            let all = Array(tumour.curve.measurements[...index])
            let here = all[index]
            let changes = GrowthCurve(all, treatments: tumour.curve.treatments)
                .changes(by: rule, allowingMixedSources: allowingMixedSources)
            let error = 1.96 * here.relativeSD * here.volumeMm3
            return [
                .text(here.date.iso), .text(tumour.side.rawValue),
                .text(here.source == .manual ? "manual" : String(here.model.dropLast(65))),
                .number(here.volumeMm3, NumberText.volume(here.volumeMm3)),
                .number(
                    error, NumberText.volume(error) + (here.hasOwnError ? PrecisionText.mark : "")),
                .number(
                    here.equivalentDiameterMm, NumberText.fixed(here.equivalentDiameterMm, 1)),
                percent(changes?.baseline), percent(changes?.previous),
                percent(changes?.nadir),
            ]
        }
    }

    private func percent(_ change: VolumeChange?) -> TextTable.Value {
        change.map { .number($0.percent, NumberText.percent($0.percent)) } ?? .none
    }

    private var object: [String: Any] {
        let tumours = growth.tumours.map { tumour -> [String: Any] in
            var table = TextTable(columns)
            rows(tumour).forEach { table.add($0) }
            let assessment = tumour.assessment.flatMap { value in
                (try? JSONEncoder().encode(value)).flatMap {
                    try? JSONSerialization.jsonObject(with: $0)
                }
            }
            return [
                "side": tumour.side.rawValue,
                "exams": zip(table.objects, tumour.curve.measurements).map { row, exam in
                    row.merging(["hasOwnError": exam.hasOwnError]) { a, _ in a }
                },
                "assessment": assessment ?? NSNull(),
                "isFlagged": tumour.assessment?.isFlagged ?? false,
            ]
        }
        let empty = growth.exams.filter { $0.volumeMm3 == nil }.map {
            [
                "examDate": $0.examDate.iso, "highestProbability": $0.highestProbability,
            ] as [String: Any]
        }
        return [
            "patient": growth.patient, "tumours": tumours, "examsWithoutTumour": empty,
            "intendedUse": growth.intendedUse, "researchUseOnly": true,
        ]
    }
}
