import Foundation

/// Prepares the next batch on a thread of its own while the network works on the last.
final class BatchFeed: @unchecked Sendable {
    // Sound because every access to `ready` is between wait and signal of the two semaphores: the
    // producer writes only after `isWanted`, the consumer reads only after `isReady`.
    private var ready: Batch?
    private let isReady = DispatchSemaphore(value: 0)
    // Signalled once in `init`: a semaphore may not go with less than it was made with.
    private let isWanted = DispatchSemaphore(value: 0)
    private let stopped = StopFlag()

    init(sampler: BatchSampler, from first: Int) {
        let stopped = stopped
        isWanted.signal()
        let thread = Thread { [weak self, isWanted] in
            var step = first
            while true {
                isWanted.wait()
                if stopped.isSet { return }
                let batch = sampler.batch(step: step)
                guard let self else { return }
                self.ready = batch
                self.isReady.signal()
                step += 1
            }
        }
        thread.start()
    }

    deinit {
        stopped.set()
        isWanted.signal()
    }

    /// The next batch, in order.
    func next() -> Batch {
        isReady.wait()
        defer { isWanted.signal() }
        guard let batch = ready else { preconditionFailure("a ready batch is there") }
        return batch
    }
}

/// A flag that one thread sets and another reads.
private final class StopFlag: @unchecked Sendable {
    // Sound because the lock guards the only field.
    private let lock = NSLock()
    private var value = false

    var isSet: Bool { lock.withLock { value } }
    func set() { lock.withLock { value = true } }
}
