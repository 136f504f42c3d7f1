import NIOPosix
import ServiceLifecycle
import VSStore

/// Keeps the database's log for as long as the service runs, off the threads that answer.
struct LogLoop: Service {
    let keeper: LogKeeper
    /// Told what went wrong, in a sentence.
    let report: @Sendable (String) -> Void

    /// After a failure, such as a full disk, it waits for so long.
    private static let retrySeconds = 30.0

    init(_ store: Store, report: @escaping @Sendable (String) -> Void) throws {
        keeper = try LogKeeper(store)
        self.report = report
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var shorten = ContinuousClock.now + .seconds(LogKeeper.shortenSeconds)
            while !Task.isCancelled {
                var pause = LogKeeper.syncSeconds
                do {
                    let isLong = ContinuousClock.now >= shorten
                    try await NIOThreadPool.singleton.runIfActive { [keeper] in
                        try keeper.syncLog()
                        if isLong { try keeper.shortenLog() }
                    }
                    if isLong { shorten = .now + .seconds(LogKeeper.shortenSeconds) }
                } catch is CancellationError {
                    return
                } catch {
                    report("the database's log could not be kept. \(error)")
                    pause = Self.retrySeconds
                }
                try? await Task.sleep(for: .seconds(pause))
            }
        }
        // What the last answers left.
        try keeper.syncLog()
    }
}
