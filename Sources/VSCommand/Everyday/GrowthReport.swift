import Foundation
import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// What `vsdb growth` prints.
struct GrowthReport {
    private let growth: PatientGrowth

    init(_ growth: PatientGrowth) { self.growth = growth }

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
        for treatment in tumour.curve.treatments {
            print("\(treatment.date.iso): \(treatment.kind.rawValue)")
        }
        guard let assessment = tumour.assessment else { return }
        let mark = assessment.isFlagged ? "⚑ " : ""
        print("\(mark)\(assessment.growthClass.title): \(assessment.sentence)")
        if let rates = rates(assessment) { print(rates) }
        if let next = assessment.nextExam { print("suggested next exam: \(next.iso)") }
    }

    private func rates(_ assessment: GrowthAssessment) -> String? {
        guard let change = assessment.againstBaseline,
            let annual = change.annualGrowthPercent, let diameter = change.diameterRateMmPerYear
        else { return nil }
        var text =
            "rate: \(NumberText.percent(annual)) % per year, diameter "
            + "\(diameter >= 0 ? "+" : "")\(NumberText.fixed(diameter, 2)) mm per year"
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
            let judged = GrowthCurve(all, treatments: tumour.curve.treatments).assessment()
            let error = 1.96 * here.relativeSD * here.volumeMm3
            return [
                .text(here.date.iso), .text(tumour.side.rawValue),
                .text(here.source == .manual ? "manual" : String(here.model.dropLast(65))),
                .number(here.volumeMm3, NumberText.volume(here.volumeMm3)),
                .number(error, NumberText.volume(error)),
                .number(
                    here.equivalentDiameterMm, NumberText.fixed(here.equivalentDiameterMm, 1)),
                percent(judged?.againstBaseline), percent(judged?.againstPrevious),
                percent(judged?.againstNadir),
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
                "side": tumour.side.rawValue, "exams": table.objects,
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
