import Dispatch
import Synchronization

/// Asynchronous work for a command, which is not asynchronous.
final class BlockingTask<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs work to its end; the calling thread is none of those it runs on.
    ///
    /// - Throws: what the work throws.
    static func run(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let own = BlockingTask()
        _ = own.start(work)
        own.isDone.wait()
        return try own.result()
    }

    /// Runs work that Ctrl-C and a stop cancel to its end.
    ///
    /// - Throws: what the work throws; a cancelled one throws `CancellationError`, or ends by itself.
    static func runInterruptibly(
        _ work: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        Interruption.listen()
        Interruption.listenToStops()
        let own = BlockingTask()
        let task = own.start(work)
        while own.isDone.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            if Interruption.isPending { task.cancel() }
        }
        return try own.result()
    }

    private func start(
        _ work: @escaping @Sendable () async throws -> Value
    ) -> Task<Void, Never> {
        Task.detached {
            do {
                self.finish(.success(try await work()))
            } catch {
                self.finish(.failure(error))
            }
        }
    }

    private func result() throws -> Value {
        guard let result = outcome.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private func finish(_ result: Result<Value, any Error>) {
        outcome.withLock { $0 = result }
        isDone.signal()
    }
}
