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
              vsdb growth P001 --format json
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String
    @Option(
        help: ArgumentHelp("Also draw the curve, SVG or PNG by ending.", valueName: "file"),
        completion: .file())
    var chart: String?
    @Option(help: ArgumentHelp("As it was on this day.", valueName: "YYYY-MM-DD"))
    var asOf: ExamDate?
    @Flag(
        help: "Compare volumes of different models, and of people, with a wider error.")
    var allowMixed = false
    @Flag(help: "Exit with code 10 where growth is flagged.")
    var failOnGrowth = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws { try PictureName.check(chart) }

    func run() throws {
        let surveillance = try database.surveillance()
        let growth = try surveillance.growth(
            of: patient, asOf: asOf, allowingMixedSources: allowMixed)
        try GrowthReport(growth).show(output)
        if let chart { try draw(growth, surveillance.rule, to: chart) }
        if failOnGrowth, growth.tumours.contains(where: { $0.assessment?.isFlagged ?? false }) {
            throw ExitCode(CommandRunner.Code.growth)
        }
    }

    /// One file per tumour; with two the side goes before the ending.
    private func draw(_ growth: PatientGrowth, _ rule: GrowthRule, to path: String) throws {
        guard !growth.tumours.isEmpty else {
            throw ReportError(
                .empty, subject: path, message: "\(patient) has no measured tumour to draw.",
                remedy: "Register a scan in which a tumour is found.")
        }
        for tumour in growth.tumours {
            let file =
                growth.tumours.count == 1
                ? path : "\(path.dropLast(4))-\(tumour.side.rawValue)\(path.suffix(4))"
            let model = growth.exams.last { $0.side == tumour.side.rawValue }?.model ?? ""
            try GrowthChart(
                title: "\(patient), \(tumour.side.rawValue)", curve: tumour.curve,
                assessment: tumour.assessment, rule: rule,
                source: "Measured by \(model). \(growth.intendedUse)"
            ).write(to: file)
            note("chart: \(file)")
        }
    }
}
