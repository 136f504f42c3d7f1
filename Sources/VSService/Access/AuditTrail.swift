import VSStore

/// Writes into the audit what one person or device asks of the service.
struct AuditTrail: Sendable {
    let store: Store
    /// Who asks.
    let user: String
    /// By what means, in words.
    let means: String

    /// Of who holds a token.
    init(_ identity: Identity, in store: Store) {
        (self.store, user, means) = (store, identity.user, "over HTTP with token \(identity.token)")
    }

    /// Of who is logged in with a browser.
    init(_ session: Session, in store: Store) {
        (self.store, user) = (store, session.user)
        means = "with a browser in session \(session.id)"
    }

    /// Writes down what was asked.
    func record(_ action: String, of subject: String) throws {
        try store.recordAccess(action, subject: subject, detail: means, by: user)
    }

    /// Writes down that something was asked and not done.
    func record(_ action: String, of subject: String, refusedBy problem: Problem) throws {
        try store.recordAccess(
            action, subject: subject, detail: "\(means); refused: \(problem.code)", by: user)
    }

    /// Changes something in the asker's name.
    ///
    /// The audit first hears who sent what; the change then leaves its own line, and a refusal one.
    func change<T>(_ action: String, of subject: String, _ body: () throws -> T) throws -> T {
        try record(action, of: subject)
        do {
            return try Store.acting(as: user, body)
        } catch {
            try record(action, of: subject, refusedBy: Problem(error))
            throw error
        }
    }
}
