import Foundation
import VSGrowth
import VSStore

/// The exams that are due or overdue as a mail file (RFC 5322), for a mail program to send.
struct DueListMail {
    /// Exams suggested for so many days ahead are listed.
    static let daysAhead = 30

    private let surveillance: Surveillance
    private let now: Date

    init(_ surveillance: Surveillance, now: Date) {
        self.surveillance = surveillance
        self.now = now
    }

    /// Writes `due-YYYYMMDDTHHMMSSZ.eml` into a folder, whole or not there.
    ///
    /// - Returns: what was written, a sentence.
    func write(to folder: String) throws -> String {
        let parts = LocalTime.calendar.dateComponents([.year, .month, .day], from: now)
        guard
            let today = ExamDate(
                year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
        else { return "the calendar has no such day" }
        let last = ExamDate(dayNumber: today.dayNumber + Self.daysAhead)
        let overdue = try surveillance.store.worklist(.overdue(today: today), limit: 10_000)
        let due = try surveillance.store.worklist(.due(from: today, to: last), limit: 10_000)
        let stamp = now.formatted(.iso8601).replacing(/[-:]/, with: "")
        let path = "\(folder)/due-\(stamp).eml"
        let text = Self.text(overdue: overdue, due: due, today: today, now: now)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw StoreError(
                .readOnly, subject: path, message: "The mail file cannot be written.",
                remedy: "Check the folder and its permissions.")
        }
        chmod(path, 0o600)
        return "\(path), \(overdue.count) overdue and \(due.count) due"
    }

    static func text(
        overdue: [FlagRecord], due: [FlagRecord], today: ExamDate, now: Date
    ) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        var lines = [
            "Date: \(format.string(from: now))",
            "Subject: vsdb: \(Words.count(overdue.count, "exam")) overdue, \(due.count) due",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
            "Suggested exams as of \(today.iso). Suggestions, never orders. Research use only.",
        ]
        for (title, tumours) in [("Overdue", overdue), ("Due in \(daysAhead) days", due)] {
            lines += ["", "\(title): \(tumours.count)"]
            lines += tumours.map {
                "  \($0.nextExam?.iso ?? "-")  \($0.identifier), \($0.side), last exam "
                    + "\($0.lastExam.iso), \($0.growthClass)"
            }
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
