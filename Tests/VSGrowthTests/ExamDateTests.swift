import Foundation
import Testing
import VSGrowth

@Suite struct ExamDateTests {
    @Test(
        "a day is read and written alike",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11016), ("2024-02-29", 19782),
            ("2024-03-01", 19783), ("1900-02-28", -25509), ("1900-03-01", -25508),
            ("1800-01-01", -62091), ("9999-12-31", 2_932_896),
        ])
    func known(iso: String, number: Int) throws {
        let date = try day(iso)
        #expect(date.dayNumber == number)
        #expect(date.iso == iso)
        #expect(ExamDate(dayNumber: number) == date)
    }

    @Test(
        "what is no day is refused",
        arguments: [
            "", "2023-02-29", "1900-02-29", "2100-02-29", "2023-04-31", "2023-13-01", "2023-00-10",
            "2023-01-00", "2023-01-32", "2023-1-01", "23-01-01", "2023/01/01", "01-02-2023",
            "2023-01-01 ", " 2023-01-01", "2023-01-01T00:00:00", "20230101", "2023-01-1a",
            "2023-01--1", "+023-01-01", "1799-12-31", "0000-01-01", "２０２３-01-01", "2023-01-0１",
        ])
    func malformed(text: String) {
        #expect(ExamDate(iso: text) == nil)
    }

    @Test func `every day of three centuries follows the one before`() throws {
        var wrong: [Int] = []
        let first = try day("1850-01-01").dayNumber
        let last = try day("2150-12-31").dayNumber
        #expect(last - first + 1 == 301 * 365 + 73, "73 of these years are leap years")
        for number in first...last {
            let date = ExamDate(dayNumber: number)
            if ExamDate(iso: date.iso) != date { wrong.append(number) }
        }
        #expect(wrong.isEmpty)
        #expect(ExamDate(year: 2023, month: 2, day: 30) == nil)
        #expect(ExamDate(year: 2023, month: 2, day: 28)?.iso == "2023-02-28")
    }

    @Test func `a year is 365.25 days`() throws {
        #expect(try day("2020-01-01").years(to: day("2024-01-01")) == 4)
        #expect(try day("2024-01-01").years(to: day("2020-01-01")) == -4)
        #expect(try day("2021-01-01").years(to: day("2022-01-01")) == 365 / 365.25)
    }

    @Test(
        "months keep the day, or end with the month",
        arguments: [
            ("2023-01-31", 1, "2023-02-28"), ("2024-01-31", 1, "2024-02-29"),
            ("2023-12-15", 1, "2024-01-15"), ("2023-12-31", 6, "2024-06-30"),
            ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"),
            ("2023-05-05", 0, "2023-05-05"), ("2023-03-31", -1, "2023-02-28"),
            ("2023-01-15", -13, "2021-12-15"),
        ])
    func months(from: String, count: Int, to: String) throws {
        #expect(try day(from).adding(months: count).iso == to)
    }

    @Test func `days are ordered and travel as text`() throws {
        #expect(try day("2023-12-31") < day("2024-01-01"))
        let date = try day("2024-02-29")
        let data = try JSONEncoder().encode([date])
        #expect(String(decoding: data, as: UTF8.self) == #"["2024-02-29"]"#)
        #expect(try JSONDecoder().decode([ExamDate].self, from: data) == [date])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ExamDate].self, from: Data(#"["2023-02-29"]"#.utf8))
        }
    }
}
