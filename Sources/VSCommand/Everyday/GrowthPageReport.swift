import Foundation
import VSGrowth
import VSImaging
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The page of `vsdb growth --report`.
struct GrowthPageReport {
    /// Exams on a page, so that it stays one sheet: the first, and the latest.
    static let mostExams = 12

    private let growth: PatientGrowth
    private let report: GrowthReport
    private let surveillance: Surveillance

    init(_ growth: PatientGrowth, _ report: GrowthReport, _ surveillance: Surveillance) {
        self.growth = growth
        self.report = report
        self.surveillance = surveillance
    }

    /// Writes the page; a patient without a measured tumour has none.
    func write(to path: String) throws {
        guard !growth.tumours.isEmpty else {
            throw ReportError(
                .empty, subject: path, message: "\(growth.patient) has no measured tumour.",
                remedy: "Register a scan in which a tumour is found.")
        }
        let line = ProgressLine()
        defer { line.finish() }
        let sections = try growth.tumours.map { try section($0, line) }
        try GrowthPage(sections: sections, provenance: try provenance()).write(to: path)
    }

    private func section(
        _ tumour: PatientGrowth.Tumour, _ line: ProgressLine
    ) throws -> GrowthPage.Section {
        let exams = shown(exams(of: tumour))
        let all = exams.count
        let matched = try surveillance.matchedExams(
            exams, pixels: ContactSheet.pixels, pixelMm: ContactSheet.pixelMm
        ) { done, of in
            line.show(
                "matching slices", fraction: Double(done) / Double(of), note: "\(done) of \(of)")
        }
        let panels = matched.map { exam in
            ContactSheet.Panel(
                title: "\(exam.image.exam.examDate.iso)  "
                    + "\(NumberText.volume(exam.image.mask.volumeMm3())) mm³",
                note: exam.isAligned ? "" : "level by the tumour's middle",
                volume: exam.image.volume, mask: exam.image.mask, plane: exam.plane)
        }
        let apart = matched.count { !$0.isAligned }
        let (table, leftOut) = report.pageTable(tumour, most: Self.mostExams)
        let assessment = tumour.assessment
        return GrowthPage.Section(
            title: "\(growth.patient), \(tumour.side.rawValue)",
            growthClass: assessment?.growthClass.title ?? "not judged",
            isFlagged: assessment?.isFlagged ?? false, sentence: assessment?.sentence ?? "",
            lines: report.lines(tumour), table: table,
            tableNote: leftOut > 0
                ? "\(leftOut) exams between the first and the latest are left out here; "
                    + "'vsdb growth \(growth.patient)' lists them." : nil,
            chart: GrowthChart(
                title: "\(growth.patient), \(tumour.side.rawValue)", curve: tumour.curve,
                assessment: assessment, rule: growth.rule,
                source: "Measured by \(matched.last?.image.exam.model ?? ""). "
                    + growth.intendedUse),
            sheet: panels.isEmpty ? nil : ContactSheet(panels),
            sheetText: panels.isEmpty
                ? "No exam can be shown."
                : "The last exam's largest cross-section, and the same level of the head in "
                    + "\(all - 1) earlier ones"
                    + (apart > 0
                        ? "; in \(apart) the heads could not be laid upon each other, and the level "
                            + "is that of the tumour's middle." : "."))
    }

    /// The measurements that are compared, one for each exam.
    private func exams(of tumour: PatientGrowth.Tumour) -> [ExamRecord] {
        guard let source = tumour.curve.measurements.last?.source else { return [] }
        return growth.exams.filter {
            $0.side == tumour.side.rawValue && $0.volumeMm3 != nil && $0.source == source
        }
    }

    private func shown(_ exams: [ExamRecord]) -> [ExamRecord] {
        exams.count <= Self.mostExams
            ? exams : Array(exams.prefix(1)) + Array(exams.suffix(Self.mostExams - 1))
    }

    private func provenance() throws -> [String] {
        let models = growth.exams.filter { $0.volumeMm3 != nil }
            .map { $0.modelSha256.isEmpty ? $0.model : "\($0.model), SHA-256 \($0.modelSha256)" }
        var seen: [String] = []
        for model in models where !seen.contains(model) { seen.append(model) }
        let today = ExamDate(dayNumber: Int((Date().timeIntervalSince1970 / 86400).rounded(.down)))
        return [
            "Measured by \(seen.joined(separator: "; ")). Judged by vsdb \(SoftwareVersion.current); "
                + "thresholds, errors and their sources: docs/GROWTH.md. Page made on \(today.iso) "
                + "(UTC).",
            growth.intendedUse,
        ]
    }
}
