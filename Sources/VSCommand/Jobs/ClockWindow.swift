import ArgumentParser
import Foundation
import VSStore

/// Hours of the day, such as 22:00-06:00; local time.
struct ClockWindow: ExpressibleByArgument {
    /// The begin, minutes after midnight.
    let from: Int
    /// The end, minutes after midnight; before the begin where it lies on the next day.
    let to: Int

    init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        let times = parts.compactMap { part -> Int? in
            guard let match = part.wholeMatch(of: /(\d\d):(\d\d)/), let hour = Int(match.output.1),
                let minute = Int(match.output.2), hour < 24, minute < 60
            else { return nil }
            return hour * 60 + minute
        }
        guard parts.count == 2, times.count == 2, times[0] != times[1] else { return nil }
        self.init(from: times[0], to: times[1])
    }
}

/// A moment to begin at: YYYY-MM-DDTHH:MM in local time, or HH:MM for the next time the clock shows it.
struct ClockMoment: ExpressibleByArgument {
    /// The moment.
    let date: Date

    init?(argument: String) {
        let calendar = Calendar(identifier: .gregorian)
        if let match = argument.wholeMatch(of: /(\d\d):(\d\d)/), let hour = Int(match.output.1),
            let minute = Int(match.output.2), hour < 24, minute < 60,
            let next = calendar.nextDate(
                after: Date(), matching: DateComponents(hour: hour, minute: minute),
                matchingPolicy: .nextTime)
        {
            date = next
            return
        }
        guard let match = argument.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/) else {
            return nil
        }
        let wanted = DateComponents(
            year: Int(match.output.1), month: Int(match.output.2), day: Int(match.output.3),
            hour: Int(match.output.4), minute: Int(match.output.5))
        // A day or hour that the calendar does not have is no moment.
        guard let found = calendar.date(from: wanted),
            calendar.dateComponents([.year, .month, .day, .hour, .minute], from: found) == wanted
        else { return nil }
        date = found
    }
}
