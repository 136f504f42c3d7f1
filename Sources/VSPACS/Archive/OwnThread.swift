import Foundation
import Synchronization

/// Work that blocks, such as a run of the network, on a thread of its own, as the pool of tasks must not
/// wait for it.
enum OwnThread {
    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }

    /// Runs `body`, which asks now and then whether the task was cancelled.
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Result, any Error>) in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Swift.Result {
                            try body { flag.value.load(ordering: .relaxed) }
                        })
                }
            }
        } onCancel: {
            flag.value.store(true, ordering: .relaxed)
        }
    }
}
