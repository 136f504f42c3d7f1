import ArgumentParser
import Foundation
import Synchronization
import VSGrowth
import VSService
import VSStore
import VSSurveillance

/// The command `vsdb serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer over HTTP: pages for people, a JSON API for programs.",
        discussion: """
            Prints its URL once it listens, and runs until Ctrl-C or SIGTERM; requests that have \
            begun are answered first. People open the URL in a browser and log in with a password; a \
            clinician also reviews scans and acknowledges flags there. Every request under /api/v1 \
            needs a token of a user. Every reading of a patient goes to the audit. \
            /api/v1/openapi.json describes the API, by which scans come in, too; /health, /ready and \
            /metrics need no token and tell of no patient.

            The service speaks no TLS. Beyond the loopback address it starts only behind a reverse \
            proxy that does, and with a user to let in.

              vsdb user add alice --role clinician
              vsdb user password alice
              vsdb token create alice --name laptop
              vsdb serve
              curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8040/api/v1/flagged
              curl -H "Authorization: Bearer TOKEN" --data-binary @exam.nii.gz \
                "http://127.0.0.1:8040/api/v1/patients/P001/scans?date=2024-03-05"
            """)

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"
    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "port"))
    var port = 8040
    @Flag(help: "A reverse proxy with TLS stands before the service.")
    var behindProxy = false
    @Option(help: ArgumentHelp("An uploaded file has so much at most.", valueName: "MiB"))
    var uploadLimit = SurveillanceService.uploadLimitBytes >> 20
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard (1...1_048_576).contains(uploadLimit) else {
            throw ValidationError("--upload-limit is from 1 to 1048576 MiB.")
        }
    }

    func run() throws {
        let surveillance = try database.surveillance()
        let address = try ServiceAddress(
            host: host, port: port, isBehindProxy: behindProxy,
            hasUsers: surveillance.store.users().contains { !$0.isDisabled })
        ScanUpload.removeRemains(in: surveillance.store)
        let service = SurveillanceService(
            surveillance, today: { ExamDate.today }, uploadLimitBytes: uploadLimit << 20)
        try BlockingTask.run {
            try await service.run(at: address) { url in
                FileHandle.standardOutput.write(Data((url + "\n").utf8))
            }
        }
    }
}

/// Asynchronous work for a command, which is not asynchronous.
final class BlockingTask: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// Runs work to its end; the calling thread is none of those it runs on.
    static func run(_ work: @escaping @Sendable () async throws -> Void) throws {
        let task = BlockingTask()
        Task.detached {
            do {
                try await work()
                task.finish(.success(()))
            } catch {
                task.finish(.failure(error))
            }
        }
        task.isDone.wait()
        try task.outcome.withLock { $0 }?.get()
    }

    private func finish(_ result: Result<Void, any Error>) {
        outcome.withLock { $0 = result }
        isDone.signal()
    }
}
