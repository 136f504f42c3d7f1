import Foundation
import Synchronization

/// Ctrl-C as a flag: long work looks at it, stores nothing half done, and leaves.
enum Interruption {
    private static let isAsked = Atomic<Bool>(false)

    /// Starts listening; a second Ctrl-C ends the process at once.
    static func listen() {
        signal(SIGINT) { _ in
            if Interruption.isAsked.exchange(true, ordering: .relaxed) { _exit(130) }
        }
        unblock(SIGINT)
    }

    /// A parent that blocks a signal hands the block on.
    private static func unblock(_ number: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Also takes the stop of a service (SIGTERM) as one.
    static func listenToStops() {
        signal(SIGTERM) { _ in Interruption.isAsked.store(true, ordering: .relaxed) }
        unblock(SIGTERM)
    }

    /// Whether Ctrl-C was pressed.
    static var isPending: Bool { isAsked.load(ordering: .relaxed) }
}
