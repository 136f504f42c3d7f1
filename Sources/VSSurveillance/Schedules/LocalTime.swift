import Foundation

/// The clock on the wall where the program runs.
enum LocalTime {
    /// The calendar of days, in the machine's time zone.
    static var calendar: Calendar { Calendar(identifier: .gregorian) }

    /// Minutes after midnight.
    static func minuteOfDay(_ date: Date) -> Int {
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    }
}
