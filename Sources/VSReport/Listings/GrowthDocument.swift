import Foundation
import VSGrowth
import VSSegmentation
import VSStore
public import VSSurveillance

/// A patient's growth as tables and as JSON: what `vsdb growth --format json` prints and the HTTP
/// service answers.
public struct GrowthDocument: Sendable {
    private let growth: PatientGrowth
    private let allowingMixedSources: Bool

    /// Makes the document of an answer.
    ///
    /// - Parameters:
    ///   - growth: the answer.
    ///   - allowingMixedSources: as it was asked for.
    public init(_ growth: PatientGrowth, allowingMixedSources: Bool = false) {
        self.growth = growth
        self.allowingMixedSources = allowingMixedSources
    }

    /// All measurements of all tumours.
    public var table: TextTable {
        var all = TextTable(columns)
        for tumour in growth.tumours { rows(tumour).forEach { all.add($0) } }
        return all
    }

    /// The measurements of one tumour, each against what was known before it.
    public func table(of tumour: PatientGrowth.Tumour) -> TextTable {
        var table = TextTable(columns)
        rows(tumour).forEach { table.add($0) }
        return table
    }

    /// A tumour's measurements, of at most so many exams: the first and the latest.
    ///
    /// - Parameters:
    ///   - tumour: one of the answer's.
    ///   - most: rows at most, two at least.
    /// - Returns: the table, and how many measurements it leaves out.
    public func pageTable(
        of tumour: PatientGrowth.Tumour, most: Int
    ) -> (table: TextTable, leftOut: Int) {
        var table = TextTable(columns)
        let all = rows(tumour)
        let shown = all.count <= most ? all : Array(all.prefix(1)) + Array(all.suffix(most - 1))
        shown.forEach { table.add($0) }
        return (table, all.count - shown.count)
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
                .changes(by: growth.rule, allowingMixedSources: allowingMixedSources)
            let error = 1.96 * here.relativeSD * here.volumeMm3
            return [
                .text(here.date.iso), .text(tumour.side.rawValue),
                .text(here.source == .manual ? "manual" : String(here.model.dropLast(65))),
                .number(here.volumeMm3, NumberText.volume(here.volumeMm3)),
                .number(
                    error, NumberText.volume(error) + (here.hasOwnError ? OwnErrorText.mark : "")),
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

    /// All of it as a JSON object: tumours with exams and assessment, and exams without a tumour.
    public var object: [String: Any] {
        let tumours = growth.tumours.map { tumour -> [String: Any] in
            let assessment = tumour.assessment.flatMap { value in
                (try? JSONEncoder().encode(value)).flatMap {
                    try? JSONSerialization.jsonObject(with: $0)
                }
            }
            return [
                "side": tumour.side.rawValue,
                "exams": zip(table(of: tumour).objects, tumour.curve.measurements).map {
                    row, exam in row.merging(["hasOwnError": exam.hasOwnError]) { a, _ in a }
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
