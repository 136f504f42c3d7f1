import Foundation
import Synchronization

/// How often anybody may try to log in: hashing a password is slow by intent, and must not become
/// the way to keep the service busy.
final class LogInLimit: Sendable {
    /// Attempts of one client in a minute.
    static let perClient = 15
    /// Attempts of all clients together in a minute: what the machine can hash beside its work.
    static let perMinute = 120

    private let attempts = Mutex<[(at: Date, client: String)]>([])

    /// Counts an attempt, unless it is one too many.
    ///
    /// - Parameters:
    ///   - client: the address it comes from.
    ///   - now: the present moment.
    /// - Throws: ``Problem`` with status 429 where the client, or all together, made too many in the last
    ///   minute.
    func count(from client: String, at now: Date) throws(Problem) {
        let isFull = attempts.withLock { attempts in
            attempts.removeAll { now.timeIntervalSince($0.at) >= 60 }
            guard attempts.count < Self.perMinute,
                attempts.count(where: { $0.client == client }) < Self.perClient
            else { return true }
            attempts.append((now, client))
            return false
        }
        if isFull {
            throw Problem(
                429, "too-many", "There were too many attempts to log in. Wait a minute.")
        }
    }
}
