import VSReport
import VSStore

/// Somebody who is logged in and asks for a page.
struct Visit: Sendable {
    let question: Question
    let session: Session
    let scans: RecentScans
    let maps: RecentMaps

    var store: Store { question.store }
}

/// One address that a browser reads.
struct PageAddress: Sendable {
    /// What comes back.
    enum Content: Sendable {
        /// A page; the body is HTML in which every text is escaped.
        case page(title: String, body: String)
        /// A picture.
        case picture(Answer)
    }

    /// With names in braces.
    let path: String
    /// What the audit says was done.
    let action: String
    /// Who may read it.
    var isFor: @Sendable (Role) -> Bool = { $0.mayRead }
    /// Whether it may take seconds, and then has a thread of its own kind.
    var isSlow = false
    let answer: @Sendable (Visit) throws -> Content

    static let all =
        worklist + patients + scans + lists + campaigns + cohort + settings + upload
}
