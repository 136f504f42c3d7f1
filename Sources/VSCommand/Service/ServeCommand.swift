import ArgumentParser
import Foundation
import VSGrowth
import VSNetwork
import VSPACS
import VSReport
import VSService
import VSStore
import VSSurveillance

/// The command `vsdb serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer over HTTP and work off the queue: pages, JSON API, schedules.",
        discussion: """
            Prints its URL once it listens, and runs until Ctrl-C or SIGTERM; requests that have \
            begun are answered first, and a job at hand goes back to the queue. People open the URL in \
            a browser and log in with a password. Every request under /api/v1 needs a token of a user; \
            /api/v1/openapi.json describes the API, by which scans come in, too. Every reading of a \
            patient goes to the audit. /health, /ready and /metrics need no token and tell of no \
            patient.

            Beside it segments what waits in the queue, as 'vsdb work' does, runs what 'vsdb schedule' \
            has planned, and with --watch registers what settles in a folder. What happens there goes to \
            stderr. Beyond the loopback address it starts only with TLS, its own or a reverse proxy's, \
            and with a user to let in.

            With --orthanc it also does what 'vsdb pacs follow' does, until it is stopped; a scan being \
            segmented then is taken again at the next start.

              vsdb user add alice --role clinician
              vsdb user password alice
              vsdb token create alice --name laptop
              vsdb serve
              vsdb serve --orthanc http://127.0.0.1:8042
              curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8040/api/v1/flagged
              vsdb serve --watch /srv/incoming --host 0.0.0.0 --tls-certificate c.pem --tls-key k.pem
            """)

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"
    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "port"))
    var port = 8040
    @Option(
        help: ArgumentHelp(
            "Speak TLS with this certificate and those that signed it, PEM.", valueName: "file"),
        completion: .file())
    var tlsCertificate: String?
    @Option(
        help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"),
        completion: .file())
    var tlsKey: String?
    @Flag(help: "A reverse proxy with TLS stands before the service.")
    var behindProxy = false
    @Option(help: ArgumentHelp("An uploaded file has so much at most.", valueName: "MiB"))
    var uploadLimit = SurveillanceService.uploadLimitBytes >> 20
    @OptionGroup(title: "Work") var work: ServeWorkOptions
    @Option(
        help: ArgumentHelp(
            "Follow this Orthanc (its REST API), as 'vsdb pacs follow' does.", valueName: "url"))
    var orthanc: String?
    @OptionGroup var credentials: ArchiveCredentials
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard (1...1_048_576).contains(uploadLimit) else {
            throw ValidationError("--upload-limit is from 1 to 1048576 MiB.")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        guard tlsCertificate == nil || !behindProxy else {
            throw ValidationError("Either the service speaks TLS or the proxy; not both.")
        }
    }

    func run() throws {
        work.use()
        let surveillance = try database.surveillance(parameters: work.network.parameters)
        let files = tlsCertificate.flatMap { certificate in
            tlsKey.map { TLSFiles(certificate: certificate, key: $0) }
        }
        let address = try ServiceAddress(
            host: host, port: port, isBehindProxy: behindProxy, tls: files,
            hasUsers: surveillance.store.users().contains { !$0.isDisabled })
        let plan = try work.plan(for: surveillance)
        let service = SurveillanceService(
            surveillance, today: { ExamDate.today }, uploadLimitBytes: uploadLimit << 20)
        let follower = try orthanc.map {
            OrthancFollower(try credentials.address($0), surveillance, today: { .today })
        }
        try BlockingTask<Void>.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await service.run(
                        at: address, working: plan,
                        onListening: { url in
                            FileHandle.standardOutput.write(Data((url + "\n").utf8))
                        }, report: { note("\($0)") })
                }
                if let follower { group.addTask { await follower.keepRunning { note($0) } } }
                // Where one ends, by a stop or an error, the other does.
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
