import Testing
import VSGrowth

/// A day of the calendar.
func day(_ iso: String) throws -> ExamDate { try #require(ExamDate(iso: iso)) }

/// A measurement whose error is given, not modelled.
func measured(
    _ iso: String, _ volumeMm3: Double, sd: Double = 0.05, model: String = "a 1",
    sequence: String = "T2 CISS", slices: Double = 1.5
) throws -> VolumeMeasurement {
    VolumeMeasurement(
        date: try day(iso), volumeMm3: volumeMm3, relativeSD: sd, model: model,
        sequence: sequence, sliceSpacingMm: slices)
}

/// Exams on the first of January from 2018 on, one a year.
func yearly(_ volumes: [Double], sd: Double = 0.05) throws -> [VolumeMeasurement] {
    try volumes.enumerated().map { try measured("\(2018 + $0)-01-01", $1, sd: sd) }
}

/// Whether two numbers are equal to within a relative tolerance.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
}
