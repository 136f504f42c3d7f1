import Foundation
import Synchronization

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
