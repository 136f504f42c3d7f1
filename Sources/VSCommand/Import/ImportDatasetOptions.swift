import ArgumentParser
import Foundation
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// What the imports of data sets have in common.
struct ImportDatasetOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The data set's folder.", valueName: "folder"), completion: .directory)
    var folder: String
    @Option(
        help: ArgumentHelp(
            "The day of exams of which nothing says the day; default: 2014-01-01.",
            valueName: "YYYY-MM-DD"))
    var assumedDay: ExamDate?
    @Option(
        help: ArgumentHelp(
            "Who is named as having drawn the outlines; default: the data set's name.",
            valueName: "name"))
    var reader: String?
    @Option(help: ArgumentHelp("Only this patient; may be given again.", valueName: "id"))
    var only: [String] = []
    @Flag(help: "Queue new T2 scans to be segmented by workers ('vsdb serve', 'vsdb work').")
    var queue = false
    @Flag(help: "Only tell what would be imported; nothing is read but headers.")
    var dryRun = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    /// Reads the folder's layout, imports what it holds and prints what became of it.
    func run(_ dataset: PublicDataset, includesT1: Bool) throws {
        let assumedDay = try assumedDay ?? Self.defaultDay()
        guard assumedDay <= .today else {
            throw StoreError(
                .invalid, subject: assumedDay.iso, message: "This is no past day.",
                remedy: "Give the day to assume as YYYY-MM-DD.")
        }
        Interruption.listen()
        let line = ProgressLine()
        defer { line.finish() }
        var listing = try dataset.listing(
            of: folder, assumedDay: assumedDay, includesT1: includesT1,
            progress: { line.show($0, fraction: $1) })
        for id in only where !listing.exams.contains(where: { $0.patient == id }) {
            throw StoreError(
                .unknown, subject: id, message: "The data set has no exam of this patient.",
                remedy: "Without --only all of it is imported; --dry-run lists it.")
        }
        if !only.isEmpty { listing.exams.removeAll { !only.contains($0.patient) } }
        guard !dryRun else {
            line.finish()
            return try DatasetImportReport(listing).show(output)
        }
        let count = listing.exams.count
        let done = try database.surveillance().importDataset(
            listing.exams, reader: reader ?? dataset.rawValue, today: .today, isQueued: queue,
            progress: { finished in
                line.show(
                    "importing", fraction: Double(finished) / Double(max(count, 1)),
                    note: "\(finished) of \(count)")
            }, isCancelled: { Interruption.isPending })
        line.finish()
        try DatasetImportReport(listing, done).show(output)
        if done.count < count {
            note("Stopped after \(done.count) of \(count) exams; the same command goes on.")
            throw ExitCode(130)
        }
    }

    private static func defaultDay() throws -> ExamDate {
        guard let day = ExamDate(year: 2014, month: 1, day: 1) else {
            throw ValidationError("Give --assumed-day.")
        }
        return day
    }
}
