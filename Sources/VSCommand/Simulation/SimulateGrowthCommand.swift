import ArgumentParser
import Dispatch
import Foundation
import Synchronization
import VSGrowth
import VSReport
import VSSurveillance

/// The command `vsdb simulate growth`.
struct SimulateGrowthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Hold the growth rule against the rules in use, on virtual patients.",
        discussion: """
            Virtual patients have known growth, visits, measurement errors and changes of protocol. \
            Truth is a true volume at least 20 % above the true first one. For each plain rule the \
            table has its false alarms per patient-year, sensitivity and delay, and those of all \
            exams together at no more false alarms. Then: how often a probability was right, and what \
            is said after radiosurgery. The same seed gives the same patients.

              vsdb simulate growth
              vsdb simulate growth --patients 40000 --seed 2026 --picture pictures
              vsdb simulate growth --population excess-error --format json
            """)

    @Option(help: ArgumentHelp("Virtual patients, over five volume bands.", valueName: "n"))
    var patients = 20_000
    @Option(help: ArgumentHelp("The seed of everything random.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "What is simulated: " + SimulatedPopulation.all.map(\.name).joined(separator: ", ")
                + ".",
            valueName: "name"))
    var population = SimulatedPopulation.reference.name
    @Option(
        help: ArgumentHelp("The rule under test (JSON, whole or in part).", valueName: "file"),
        completion: .file())
    var rule: String?
    @Option(
        help: ArgumentHelp(
            "Draw the comparison, the delays and the reliability here, each as SVG and PNG.",
            valueName: "folder"), completion: .directory)
    var picture: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (500...5_000_000).contains(patients) else {
            throw ValidationError("--patients is from 500 to 5000000.")
        }
        guard SimulatedPopulation.all.contains(where: { $0.name == population }) else {
            throw ValidationError(
                "--population is one of "
                    + SimulatedPopulation.all.map(\.name).joined(separator: ", ") + ".")
        }
    }

    func run() throws {
        let name = population
        let chosen = SimulatedPopulation.all.first { $0.name == name }
        let rule = try rule.map { try GrowthRuleFile.read($0) } ?? GrowthRule()
        let simulation = GrowthSimulation(
            chosen ?? .reference, patientsPerBand: patients / VolumeBand.all.count, seed: seed,
            rule: rule)
        let result = simulation.result(records(simulation))
        try SimulationReport(result).show(output)
        if let picture { try draw(result, in: picture) }
    }

    /// Every patient's record, made on all processors; which one makes it changes nothing.
    private func records(_ simulation: GrowthSimulation) -> [PatientRecord] {
        let size = 100
        let parts = (simulation.count + size - 1) / size
        let done = Mutex<[Int: [PatientRecord]]>([:])
        let line = ProgressLine()
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let numbers = part * size..<min((part + 1) * size, simulation.count)
            let records = numbers.map(simulation.record)
            let count = done.withLock {
                $0[part] = records
                return $0.count
            }
            line.show("patients", fraction: Double(count) / Double(parts))
        }
        line.finish()
        return done.withLock { all in (0..<parts).flatMap { all[$0] ?? [] } }
    }

    private func draw(_ result: SimulationResult, in folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ReportError(
                .unwritable, subject: folder, message: "The folder cannot be made.",
                remedy: "Check the path and its permissions.")
        }
        let chart = SimulationChart(result)
        for ending in ["svg", "png"] {
            try chart.writeSensitivity(to: "\(folder)/growth-sensitivity.\(ending)")
            try chart.writeDelay(to: "\(folder)/growth-delay.\(ending)")
            try chart.writeReliability(to: "\(folder)/growth-reliability.\(ending)")
        }
        note("pictures: \(folder)")
    }
}
