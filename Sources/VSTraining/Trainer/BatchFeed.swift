import Foundation
import Synchronization

/// Prepares the next batch on a thread of its own while the network works on the last.
final class BatchFeed: Sendable {
    private let ready = Mutex<Batch?>(nil)
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
                if stopped.value.load(ordering: .acquiring) { return }
                let batch = sampler.batch(step: step)
                guard let self else { return }
                self.ready.withLock { $0 = batch }
                self.isReady.signal()
                step += 1
            }
        }
        thread.start()
    }

    deinit {
        stopped.value.store(true, ordering: .releasing)
        isWanted.signal()
    }

    /// The next batch, in order.
    func next() -> Batch {
        isReady.wait()
        defer { isWanted.signal() }
        guard let batch = ready.withLock({ $0 }) else {
            preconditionFailure("a ready batch is there")
        }
        return batch
    }
}

/// A flag that outlives the feed, for the thread to read.
private final class StopFlag: Sendable {
    let value = Atomic<Bool>(false)
}
