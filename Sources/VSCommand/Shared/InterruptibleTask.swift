import Dispatch
import Synchronization

/// Asynchronous work for a command, which is not asynchronous; Ctrl-C and a stop cancel it.
final class InterruptibleTask<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs work to its end; the calling thread is none of those it runs on.
    ///
    /// - Throws: what the work throws; a cancelled one throws `CancellationError`, or ends by itself.
    static func run(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        Interruption.listen()
        Interruption.listenToStops()
        let own = InterruptibleTask()
        let task = Task.detached {
            do {
                own.finish(.success(try await work()))
            } catch {
                own.finish(.failure(error))
            }
        }
        while own.isDone.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            if Interruption.isPending { task.cancel() }
        }
        guard let result = own.outcome.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private func finish(_ result: Result<Value, any Error>) {
        outcome.withLock { $0 = result }
        isDone.signal()
    }
}
