public import Foundation
public import VSStore

/// A time that comes again, as cron has it: minute, hour, day of month, month, day of week.
///
/// Each field is `*`, a number, a range `a-b`, or a list of them with commas; `/n` takes every n-th. Days
/// of the week are 0 to 7, Sunday being 0 and 7. Where both days are restricted either is enough, as in
/// cron. Times are the machine's own; one that the clock jumps over when summer time begins is left out
/// that day.
public struct CronPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was typed, with single blanks.
    public let description: String
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    /// Reads a pattern.
    ///
    /// - Throws: `StoreError` that names the field that is wrong, or where no such day exists.
    public init(_ text: String) throws(StoreError) {
        let fields = text.split(separator: " ").map(String.init)
        description = fields.joined(separator: " ")
        guard fields.count == 5 else {
            throw Self.wrong(
                text,
                "It has \(fields.count) fields and not five: minute, hour, day of month, month, "
                    + "day of week.")
        }
        minutes = try Self.field(fields[0], 0...59, "minute", text)
        hours = try Self.field(fields[1], 0...23, "hour", text)
        days = try Self.field(fields[2], 1...31, "day of month", text)
        months = try Self.field(fields[3], 1...12, "month", text)
        weekdays = Set(try Self.field(fields[4], 0...7, "day of week", text).map { $0 % 7 })
        isAnyDay = fields[2].hasPrefix("*")
        isAnyWeekday = fields[4].hasPrefix("*")
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard !isAnyWeekday || months.contains(where: { longest[$0 - 1] >= (days.min() ?? 32) })
        else { throw Self.wrong(text, "No month it names has such a day.") }
    }

    private static func wrong(_ text: String, _ message: String) -> StoreError {
        StoreError(
            .invalid, subject: text, message: message,
            remedy: "For example '30 2 * * 1-5': at 02:30 from Monday to Friday.")
    }

    private static func field(
        _ text: String, _ range: ClosedRange<Int>, _ name: String, _ whole: String
    ) throws(StoreError) -> Set<Int> {
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let match = part.wholeMatch(of: /(\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?/)
            else { throw wrong(whole, "'\(part)' is no \(name).") }
            let step = match.output.4.flatMap { Int($0) } ?? 1
            let first = match.output.2.flatMap { Int($0) } ?? range.lowerBound
            // A single number with a step begins there, as in cron.
            let isOpen = match.output.1 == "*" || match.output.4 != nil
            let last =
                match.output.3.flatMap { Int($0) } ?? (isOpen ? range.upperBound : first)
            guard step >= 1 else { throw wrong(whole, "'\(part)' steps by nothing.") }
            guard first <= last else {
                throw wrong(whole, "'\(part)' ends before it begins.")
            }
            guard range.contains(first), range.contains(last) else {
                throw wrong(
                    whole,
                    "'\(part)' is no \(name) from \(range.lowerBound) to \(range.upperBound).")
            }
            values.formUnion(stride(from: first, through: last, by: step))
        }
        return values
    }

    /// The first such time after a moment, in a calendar; nil where there is none within nine years.
    public func next(after moment: Date, calendar: Calendar) -> Date? {
        var day = calendar.startOfDay(for: moment)
        // 29 February may be eight years away.
        for _ in 0..<(9 * 366) {
            if matches(day, calendar), let found = time(on: day, after: moment, calendar) {
                return found
            }
            guard let next = calendar.date(byAdding: .day, value: 1, to: day) else { return nil }
            day = calendar.startOfDay(for: next)
        }
        return nil
    }

    private func matches(_ day: Date, _ calendar: Calendar) -> Bool {
        let parts = calendar.dateComponents([.day, .month, .weekday], from: day)
        guard let number = parts.day, let month = parts.month, let weekday = parts.weekday,
            months.contains(month)
        else { return false }
        let isDay = days.contains(number)
        let isWeekday = weekdays.contains(weekday - 1)
        return isAnyDay || isAnyWeekday ? isDay && isWeekday : isDay || isWeekday
    }

    private func time(on day: Date, after moment: Date, _ calendar: Calendar) -> Date? {
        for hour in hours.sorted() {
            for minute in minutes.sorted() {
                guard
                    let time = calendar.date(
                        bySettingHour: hour, minute: minute, second: 0, of: day),
                    time > moment,
                    calendar.dateComponents([.hour, .minute], from: time)
                        == DateComponents(hour: hour, minute: minute)
                else { continue }
                return time
            }
        }
        return nil
    }
}
