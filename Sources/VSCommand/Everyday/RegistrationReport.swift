import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// What `vsdb register scan` prints.
struct RegistrationReport {
    private let result: Registration
    private let document: RegistrationDocument

    init(_ result: Registration) {
        self.result = result
        document = RegistrationDocument(result)
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            print("\(headline)")
            if !result.tumours.isEmpty { try output.show(document.table, empty: "") }
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
        case .csv: print(document.table.csv)
        case .json: try output.printJSON(document.object)
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
}
