import Foundation
import Synchronization

/// How often anybody may try to log in: hashing a password is slow by intent, and must not become
/// the way to keep the service busy.
final class LogInLimit: Sendable {
    /// Attempts of all clients together in a minute.
    static let perMinute = 30

    private let attempts = Mutex<[Date]>([])

    /// Counts an attempt.
    ///
    /// - Throws: ``Problem`` with status 429 where there were too many in the last minute.
    func count(at now: Date) throws(Problem) {
        let isFull = attempts.withLock { attempts in
            attempts.removeAll { now.timeIntervalSince($0) >= 60 }
            guard attempts.count < Self.perMinute else { return true }
            attempts.append(now)
            return false
        }
        if isFull {
            throw Problem(
                429, "too-many", "There were too many attempts to log in. Wait a minute.")
        }
    }
}
