import Foundation

/// The clock on the wall where the program runs.
enum LocalTime {
    /// The calendar of days, in the machine's time zone.
    static var calendar: Calendar { Calendar(identifier: .gregorian) }

    /// Minutes after midnight.
    static func minuteOfDay(_ date: Date) -> Int { Int(secondOfDay(date)) / 60 }

    /// Seconds after midnight, by the clock.
    static func secondOfDay(_ date: Date) -> Double {
        let parts = calendar.dateComponents([.hour, .minute, .second], from: date)
        return Double((parts.hour ?? 0) * 3600 + (parts.minute ?? 0) * 60 + (parts.second ?? 0))
    }
}
