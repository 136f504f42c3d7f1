import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// What `vsdb register scan` prints.
struct RegistrationReport {
    private let result: Registration

    init(_ result: Registration) { self.result = result }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            print("\(headline)")
            if !result.tumours.isEmpty { try output.show(table, empty: "") }
            if result.tumours.contains(where: \.hasOwnError) { print(OwnErrorText.legend) }
            for tumour in result.tumours {
                guard let assessment = tumour.assessment else { continue }
                let mark = assessment.isFlagged ? "⚑ " : ""
                print(
                    "\(mark)\(tumour.side.rawValue): \(assessment.growthClass.title). "
                        + assessment.sentence)
            }
            for text in result.notes { print("note: \(text)") }
            if let use = result.intendedUse { print(use) }
        case .csv: print(table.csv)
        case .json: try output.printJSON(object)
        }
    }

    private var headline: String {
        if result.isRepeat { return "scan \(result.scan) of \(result.patient), \(result.date.iso)" }
        let patient = result.isNewPatient ? "new patient \(result.patient)" : result.patient
        let work =
            result.isSegmented
            ? "" : result.job.map { ", queued as job \($0)" } ?? ", stored without segmentation"
        return "registered scan \(result.scan) of \(patient), \(result.date.iso)\(work)"
    }

    private var table: TextTable {
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

    private var object: [String: Any] {
        let tumours = zip(table.objects, result.tumours).map { row, tumour in
            row.merging(["hasOwnError": tumour.hasOwnError]) { a, _ in a }
        }
        return [
            "scan": Int(result.scan), "patient": result.patient, "examDate": result.date.iso,
            "isNewPatient": result.isNewPatient, "isRepeat": result.isRepeat,
            "isSegmented": result.isSegmented, "tumours": tumours, "notes": result.notes,
            "highestProbability": result.highestProbability as Any? ?? NSNullValue.value,
            "intendedUse": result.intendedUse as Any? ?? NSNullValue.value,
            "job": result.job.map { Int($0) } as Any? ?? NSNullValue.value,
            "researchUseOnly": true,
        ]
    }
}
