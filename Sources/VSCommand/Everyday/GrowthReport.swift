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
    private let document: GrowthDocument

    init(_ growth: PatientGrowth, allowingMixedSources: Bool = false) {
        self.growth = growth
        rule = growth.rule
        document = GrowthDocument(growth, allowingMixedSources: allowingMixedSources)
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
            print(document.table.csv)
        case .json: try output.printJSON(document.object)
        }
    }

    private func show(_ tumour: PatientGrowth.Tumour, _ output: OutputOptions) throws {
        let spark = Sparkline.text(tumour.curve.measurements.map(\.volumeMm3))
        print("\(growth.patient), \(tumour.side.rawValue)  \(spark)")
        try output.show(document.table(of: tumour), empty: "")
        if tumour.curve.measurements.contains(where: \.hasOwnError) {
            print(OwnErrorText.legend)
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
        document.pageTable(of: tumour, most: most)
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
}
