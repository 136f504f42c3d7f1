import ArgumentParser
import Foundation
import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb growth`.
struct GrowthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth", abstract: "Show a patient's volumes and whether they grew.",
        discussion: """
            Percentages are against the exam named, with both dates; the error is that of the \
            measurement (95 %). A tumour of 100 mm³ changes by 20 % when its diameter changes by \
            0.4 mm, so small tumours need larger changes to be sure of. Only volumes of one model, or \
            only people's outlines, are compared; --allow-mixed compares them all for this answer, \
            and stored growth and flags stay as they are.

              vsdb growth P001
              vsdb growth P001 --chart growth.svg
              vsdb growth P001 --report growth.html
              vsdb growth P001 --format json
              vsdb growth P001 --answers

            Thresholds, error terms and the schedule of exams are those of growth.json beside the \
            database, which may hold only what a clinic changes:

              vsdb growth --print-rule > growth.json
              vsdb growth P001 --rule growth.json
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String?
    @Option(
        help: ArgumentHelp("Also draw the curve, SVG or PNG by ending.", valueName: "file"),
        completion: .file())
    var chart: String?
    @Option(
        help: ArgumentHelp(
            "Also write one HTML page: curve, table and matched slices; an A4 sheet a tumour.",
            valueName: "file"), completion: .file())
    var report: String?
    @Option(
        help: ArgumentHelp(
            "As it was on this day: later exams and treatments are left out, and the rule is the one "
                + "of that day. Of each scan the segmentation counts that counts now.",
            valueName: "YYYY-MM-DD"))
    var asOf: ExamDate?
    @Option(
        help: ArgumentHelp(
            "Judge by this rule (JSON, whole or in part); stored answers stay as they are.",
            valueName: "file"), completion: .file())
    var rule: String?
    @Flag(help: "List every answer that was given before, word for word, and nothing else.")
    var answers = false
    @Flag(help: "Print the rule in force as JSON, and nothing else.")
    var printRule = false
    @Flag(
        help: "Compare volumes of different models, and of people, with a wider error.")
    var allowMixed = false
    @Flag(help: "Exit with code 10 where growth is flagged.")
    var failOnGrowth = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard patient != nil || printRule else {
            throw ValidationError("Name the patient, as in: vsdb growth P001")
        }
        if answers,
            asOf != nil || rule != nil || chart != nil || report != nil || allowMixed
                || failOnGrowth
        {
            throw ValidationError("--answers lists what was said; it is judged by nothing else.")
        }
        try PictureName.check(chart)
        if let report, !report.lowercased().hasSuffix(".html") {
            throw ValidationError("--report ends in .html, not \(report).")
        }
    }

    func run() throws {
        let rule = try rule.map { try GrowthRuleFile.read($0) }
        guard !printRule, let patient else {
            print(try GrowthRuleFile.json(rule ?? database.rule()))
            return
        }
        if answers {
            let table = TextTable(
                try database.store().answers(ofPatient: patient),
                withSentence: output.format != .table)
            return try output.show(table, empty: "No answer was given of \(patient) yet.")
        }
        let surveillance = try database.surveillance()
        let growth = try surveillance.growth(
            of: patient, asOf: asOf, by: rule, allowingMixedSources: allowMixed)
        let answer = GrowthReport(growth, allowingMixedSources: allowMixed)
        try answer.show(output)
        if let chart { try draw(growth, to: chart) }
        if let report {
            try GrowthPageReport(growth, answer, surveillance).write(to: report)
            note("page: \(report)")
        }
        if failOnGrowth, growth.tumours.contains(where: { $0.assessment?.isFlagged ?? false }) {
            throw ExitCode(CommandRunner.Code.growth)
        }
    }

    /// One file per tumour; with two the side goes before the ending.
    private func draw(_ growth: PatientGrowth, to path: String) throws {
        guard !growth.tumours.isEmpty else {
            throw ReportError(
                .empty, subject: path, message: "\(growth.patient) has no measured tumour to draw.",
                remedy: "Register a scan in which a tumour is found.")
        }
        for tumour in growth.tumours {
            let file =
                growth.tumours.count == 1
                ? path : "\(path.dropLast(4))-\(tumour.side.rawValue)\(path.suffix(4))"
            let model = growth.exams.last { $0.side == tumour.side.rawValue }?.model ?? ""
            try GrowthChart(
                title: "\(growth.patient), \(tumour.side.rawValue)", curve: tumour.curve,
                assessment: tumour.assessment, rule: growth.rule,
                source: "Measured by \(model). \(growth.intendedUse)"
            ).write(to: file)
            note("chart: \(file)")
        }
    }
}
