import VSReport
import VSStore

/// Somebody who is logged in and asks for a page.
struct Visit: Sendable {
    let question: Question
    let session: Session
    let scans: RecentScans
    let maps: RecentMaps
    /// Bytes of an uploaded file at most.
    let uploadLimitBytes: Int

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
        /// What a page shows of something that changes, as server-sent events; looked at once a second.
        case live(LivePart, @Sendable () throws -> LivePart)

        /// What changes, with its first look.
        static func live(_ look: @escaping @Sendable () throws -> LivePart) throws -> Content {
            .live(try look(), look)
        }
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
        worklist + patients + scans + jobs + lists + campaigns + cohort + settings + upload
}
