package import Foundation

/// When a campaign may work: from its begin, within its window of each day.
package struct CampaignHours: Sendable {
    private let startsAt: Date
    /// Seconds after local midnight; nil for all day.
    private let window: (from: Double, length: Double)?

    private static let day: Double = 86_400

    /// The hours of a campaign.
    ///
    /// - Parameters:
    ///   - startsAt: its begin, ISO 8601.
    ///   - from: the window's begin, minutes after local midnight; nil for all day.
    ///   - to: the window's end; the same minute for all day.
    package init(startsAt: String, from: Int?, to: Int?) {
        self.startsAt = (try? Date(startsAt, strategy: .iso8601)) ?? .distantPast
        if let from, let to, from != to {
            window = (Double(from) * 60, Double((to - from + 1440) % 1440) * 60)
        } else {
            window = nil
        }
    }

    /// For how long it has been allowed to work without a pause.
    ///
    /// - Parameters:
    ///   - now: the present moment.
    ///   - secondOfDay: the local time then.
    /// - Returns: seconds; 0 outside its hours.
    package func secondsOpen(at now: Date, secondOfDay: Double) -> Double {
        let begun = max(0, now.timeIntervalSince(startsAt))
        guard let window else { return begun }
        let inside = Self.sinceOpening(window.from, secondOfDay)
        return inside < window.length ? min(begun, inside) : 0
    }

    /// How long it takes until so much work is done, with the wait for its begin and its window's openings.
    ///
    /// A change of the clocks between is left out of account.
    ///
    /// - Parameters:
    ///   - work: seconds of work.
    ///   - now: the present moment.
    ///   - secondOfDay: the local time then.
    /// - Returns: seconds from now.
    package func seconds(toDo work: Double, from now: Date, secondOfDay: Double) -> Double {
        let wait = max(0, startsAt.timeIntervalSince(now))
        guard let window else { return wait + work }
        let inside = Self.sinceOpening(window.from, secondOfDay + wait)
        // Work counted from the opening before, or from the next one.
        let (done, opening) =
            inside < window.length ? (inside, wait - inside) : (0, wait - inside + Self.day)
        let days = ((done + work) / window.length).rounded(.up) - 1
        return opening + max(0, days) * Self.day + done + work - max(0, days) * window.length
    }

    private static func sinceOpening(_ from: Double, _ second: Double) -> Double {
        let since = (second - from).truncatingRemainder(dividingBy: day)
        return since < 0 ? since + day : since
    }
}
