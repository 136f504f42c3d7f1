import ArgumentParser
import Foundation
import Synchronization
import VSGrowth
import VSPACS
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
            /api/v1/openapi.json describes the API, which only reads; /health, /ready and /metrics \
            need no token and tell of no patient.

            The service speaks no TLS. Beyond the loopback address it starts only behind a reverse \
            proxy that does, and with a user to let in.

            With --orthanc it also does what 'vsdb pacs follow' does, until it is stopped; a scan being \
            segmented then is taken again at the next start.

              vsdb user add alice --role clinician
              vsdb user password alice
              vsdb token create alice --name laptop
              vsdb serve
              vsdb serve --orthanc http://127.0.0.1:8042
              curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8040/api/v1/flagged
            """)

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"
    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "port"))
    var port = 8040
    @Flag(help: "A reverse proxy with TLS stands before the service.")
    var behindProxy = false
    @Option(
        help: ArgumentHelp(
            "Follow this Orthanc (its REST API), as 'vsdb pacs follow' does.", valueName: "url"))
    var orthanc: String?
    @OptionGroup var credentials: ArchiveCredentials
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = try database.surveillance()
        let address = try ServiceAddress(
            host: host, port: port, isBehindProxy: behindProxy,
            hasUsers: surveillance.store.users().contains { !$0.isDisabled })
        let service = SurveillanceService(surveillance) { ExamDate.today }
        let follower = try orthanc.map {
            OrthancFollower(try credentials.address($0), surveillance, today: { .today })
        }
        try BlockingTask.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await service.run(at: address) { url in
                        FileHandle.standardOutput.write(Data((url + "\n").utf8))
                    }
                }
                if let follower { group.addTask { try await follower.run { note($0) } } }
                // Where one ends, by a stop or an error, the other does.
                try await group.next()
                group.cancelAll()
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
