import ArgumentParser
import VSGrowth
import VSImaging
import VSNetwork
import VSPACS
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb pacs pull`.
struct PACSPullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a study, or all of a patient, and register the T2 scans.",
        discussion: """
            Fetches the MR series over DICOMweb (WADO-RS), chooses the T2 one by its tags and says \
            why, and registers it as 'vsdb register scan' does. Where two are close, none is taken: \
            name one with --series. What has the form of a UID is a study, else a patient. Of a \
            patient's studies each is registered or refused on its own; exit code 65 where none was \
            registered.

              vsdb pacs pull P001 --dicomweb http://127.0.0.1:8042/dicom-web
              vsdb pacs pull 1.2.840.1 --series 1.2.840.1.7 --dicomweb http://127.0.0.1:8042/dicom-web
            """)

    @Argument(
        help: ArgumentHelp(
            "The patient's identifier in the archive, or a StudyInstanceUID.",
            valueName: "patient|study"))
    var what: String
    @Option(help: ArgumentHelp("Take this series (SeriesInstanceUID).", valueName: "uid"))
    var series: String?
    @Flag(help: "Leave the segmentation to a worker: 'vsdb work' or the service.")
    var queue = false
    @OptionGroup var archive: DICOMwebOptions
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard series == nil || DICOMwebArchive.isUid(what) else {
            throw ValidationError("--series belongs to one study; give its UID.")
        }
        guard limits.box == nil else {
            throw ValidationError("--box belongs to a scan; give it to 'vsdb register scan'.")
        }
    }

    func run() throws {
        if let threads = limits.threads { Threads.use(threads) }
        let asked = try archive.archive()
        let surveillance = try database.surveillance(parameters: limits.parameters)
        let (what, series, isQueued) = (what, series, queue)
        let line = ProgressLine()
        do {
            let done = try BlockingTask<[Pulled]>.runInterruptibly {
                var pulled: [Pulled] = []
                for study in try await Self.studies(what, in: asked) {
                    do {
                        let made = try await asked.register(
                            .init(study: study, series: series, isQueued: isQueued), surveillance,
                            today: .today, progress: { line.show($0, fraction: $1) })
                        pulled.append(Pulled(study: study, made: made))
                    } catch  where !DICOMwebArchive.isUid(what) && Self.isOfStudy(error) {
                        pulled.append(Pulled(study: study, refusal: "\(error)"))
                    }
                }
                return pulled
            }
            line.finish()
            try show(done, surveillance.store)
            if done.allSatisfy({ $0.made == nil }) { throw ExitCode(CommandRunner.Code.refused) }
        } catch is CancellationError {
            line.finish()
            throw ExitCode(CommandRunner.Code.interrupted)
        }
    }

    /// What became of one study.
    private struct Pulled: Sendable {
        let study: String
        var made: Registration?
        var refusal: String?
    }

    /// Whether something is wrong with one study, and another may still be registered.
    private static func isOfStudy(_ error: any Error) -> Bool {
        switch error {
        case let error as ImagingError: error.code != .unwritable
        case let error as SegmentationError: error.code == .refused
        case let error as StoreError: [.invalid, .conflict].contains(error.code)
        case let error as PACSError: error.code == .missing
        default: false
        }
    }

    /// The UIDs of the studies that are meant: those of a patient with MR images.
    private static func studies(
        _ what: String, in archive: DICOMwebArchive
    ) async throws -> [String] {
        if DICOMwebArchive.isUid(what) { return [what] }
        let all = try await archive.studies(ofPatient: what)
        let found = all.filter { $0.modalities.isEmpty || $0.modalities.contains("MR") }
        guard !found.isEmpty else {
            throw PACSError(
                .missing, subject: what,
                message: "The archive has \(all.isEmpty ? "no study" : "no MR study") of this "
                    + "patient.",
                remedy: "Check the identifier; 'vsdb pacs find' lists what there is.")
        }
        return found.map(\.uid)
    }

    /// How many tumours a scan shows, also where it was known; none where nothing has segmented it.
    private func tumours(_ made: Registration, _ store: Store) throws -> TextTable.Value? {
        try store.currentSegmentation(ofScan: made.scan).map {
            .integer(try store.volumes(ofSegmentation: $0.id).count)
        }
    }

    private func show(_ pulled: [Pulled], _ store: Store) throws {
        var table = TextTable([
            .init("study", key: "studyUid"), .init("patient", key: "patient"),
            .init("date", key: "examDate"), .init("scan", key: "scan", .right),
            .init("known", key: "isRepeat"), .init("tumours", key: "tumours", .right),
            .init("job", key: "job", .right), .init("notes", key: "notes"),
        ])
        for study in pulled {
            let made = study.made
            table.add([
                .text(study.study), made.map { .text($0.patient) } ?? .none,
                made.map { .text($0.date.iso) } ?? .none,
                made.map { .integer(Int($0.scan)) } ?? .none,
                made.map { .flag($0.isRepeat) } ?? .none,
                try made.flatMap { try tumours($0, store) } ?? .none,
                made?.job.map { .integer(Int($0)) } ?? .none,
                .text(made?.notes.joined(separator: " ") ?? study.refusal ?? ""),
            ])
        }
        try output.show(table, empty: "")
    }
}
