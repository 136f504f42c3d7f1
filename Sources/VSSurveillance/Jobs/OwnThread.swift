import Foundation
import Synchronization

/// Work that blocks, such as a run of the network, on a thread of its own, as the pool of tasks must not
/// wait for it.
package enum OwnThread {
    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }

    /// Runs `body`, which asks now and then whether the task was cancelled.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) -> Value
    ) async -> Value {
        let flag = Flag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        returning: body { flag.value.load(ordering: .relaxed) })
                }
            }
        } onCancel: {
            flag.value.store(true, ordering: .relaxed)
        }
    }
}
