import ArgumentParser
import VSStore

/// What whoever works off the queue may be told: the watched folder, and when a job is given up.
struct QueueOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Register what settles in this folder.", valueName: "folder"),
        completion: .directory)
    var watch: String?
    @Option(
        help: ArgumentHelp(
            "A watched file has settled when it has not changed for so long.", valueName: "seconds")
    )
    var settle = 5.0
    @Option(help: ArgumentHelp("Attempts before a job is parked.", valueName: "n"))
    var attempts = JobPolicy().attempts

    func validate() throws {
        guard settle >= 0 else { throw ValidationError("--settle is not negative.") }
        guard attempts >= 1 else { throw ValidationError("--attempts is at least 1.") }
    }

    /// When a job is given up.
    var policy: JobPolicy { JobPolicy(attempts: attempts) }
}
