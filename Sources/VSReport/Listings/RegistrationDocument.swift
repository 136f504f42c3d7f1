import Foundation
import VSGrowth
import VSSegmentation
import VSStore
public import VSSurveillance

/// What registering a scan did, as `vsdb register scan` prints it and the HTTP service answers.
public struct RegistrationDocument {
    private let result: Registration

    /// The document of a registration.
    public init(_ result: Registration) { self.result = result }

    /// One row for each tumour that was measured.
    public var table: TextTable {
        var table = TextTable([
            .init("side", key: "side"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("± mm³", key: "volumeErrorMm3", .right),
            .init("Ø mm", key: "equivalentDiameterMm", .right),
            .init("since last %", key: "percentFromPrevious", .right),
            .init("since first %", key: "percentFromBaseline", .right),
            .init("class", key: "class"),
            .init("flag", key: "isFlagged"),
        ])
        for tumour in result.tumours {
            let volume = tumour.volume
            let error = 1.96 * volume.relativeSD * volume.volumeMm3
            table.add([
                .text(tumour.side.rawValue),
                .number(volume.volumeMm3, NumberText.volume(volume.volumeMm3)),
                .number(
                    error,
                    NumberText.volume(error) + (tumour.hasOwnError ? OwnErrorText.mark : "")),
                .number(
                    volume.equivalentDiameterMm, NumberText.fixed(volume.equivalentDiameterMm, 1)),
                percent(tumour.assessment?.againstPrevious),
                percent(tumour.assessment?.againstBaseline),
                tumour.assessment.map { .text($0.growthClass.rawValue) } ?? .none,
                .flag(tumour.assessment?.isFlagged ?? false),
            ])
        }
        return table
    }

    private func percent(_ change: VolumeChange?) -> TextTable.Value {
        change.map { .number($0.percent, NumberText.percent($0.percent)) } ?? .none
    }

    /// All of it as a JSON object.
    public var object: [String: Any] {
        let tumours = zip(table.objects, result.tumours).map { row, tumour in
            row.merging(["hasOwnError": tumour.hasOwnError]) { a, _ in a }
        }
        return [
            "scan": Int(result.scan), "patient": result.patient, "examDate": result.date.iso,
            "isNewPatient": result.isNewPatient, "isRepeat": result.isRepeat,
            "isSegmented": result.isSegmented, "tumours": tumours, "notes": result.notes,
            "highestProbability": result.highestProbability.map { $0 as Any } ?? NSNull(),
            "intendedUse": result.intendedUse.map { $0 as Any } ?? NSNull(),
            "job": result.job.map { Int($0) as Any } ?? NSNull(),
            "researchUseOnly": true,
        ]
    }
}
