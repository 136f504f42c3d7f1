/// How the errors of ln V of a series hang together.
///
/// Each exam has its own error. What differs by protocol, scanner or source has an offset that all
/// exams of one kind share, of half the variance that the rule gives to a comparison across kinds:
/// so two exams of one kind compare without it, and two of different kinds with all of it.
package enum SeriesCovariance {
    /// A kind of difference: the standard deviation it adds, and each exam's kind by number.
    struct Factor {
        let sd: Double
        let kinds: [Int]
        var isMixed: Bool { kinds.contains { $0 != kinds[0] } }
    }

    /// The factors in which at least two exams differ.
    static func factors(
        _ exams: [VolumeMeasurement], _ error: MeasurementErrorModel
    ) -> [Factor] {
        guard exams.count > 1 else { return [] }
        let all = [
            Factor(sd: error.sequenceSD, kinds: kinds(exams.map { $0.sequence }, ==)),
            Factor(sd: error.spacingSD, kinds: kinds(exams.map { $0.sliceSpacingMm }, isNear)),
            Factor(
                sd: error.fieldStrengthSD, kinds: kinds(exams.map { $0.fieldStrengthTesla }, isNear)
            ),
            Factor(sd: error.scannerSD, kinds: kinds(exams.map { $0.scanner }, ==)),
            Factor(sd: error.contrastSD, kinds: kinds(exams.map { $0.hasContrast }, ==)),
            Factor(sd: error.sourceSD, kinds: kinds(exams.map { $0.model }, ==)),
        ]
        return all.filter { $0.sd > 0 && $0.isMixed }
    }

    /// The variance that protocol and source add to the difference of two exams.
    static func addedVariance(
        _ first: VolumeMeasurement, _ second: VolumeMeasurement, _ error: MeasurementErrorModel
    ) -> Double {
        factors([first, second], error).reduce(0) { $0 + $1.sd * $1.sd }
    }

    /// The covariance matrix, row by row.
    ///
    /// A measurement without error would weigh infinitely; 1 % is less than any that is known.
    package static func matrix(
        _ exams: [VolumeMeasurement], _ error: MeasurementErrorModel
    ) -> [Double] {
        let n = exams.count
        var result = [Double](repeating: 0, count: n * n)
        for (place, exam) in exams.enumerated() {
            result[place * n + place] = max(exam.relativeSD * exam.relativeSD, 1e-4)
        }
        for factor in factors(exams, error) {
            for row in 0..<n {
                for column in 0..<n where factor.kinds[row] == factor.kinds[column] {
                    result[row * n + column] += factor.sd * factor.sd / 2
                }
            }
        }
        return result
    }

    /// A number for each kind.
    ///
    /// What is unknown is of the kind of the exam before, so that it never
    /// counts as a change; unknown ones at the start are of the first known kind.
    private static func kinds<Value>(
        _ values: [Value?], _ isSame: (Value, Value) -> Bool
    ) -> [Int] {
        var known: [Value] = []
        var current = 0
        return values.map { value in
            guard let value else { return current }
            if let place = known.firstIndex(where: { isSame($0, value) }) {
                current = place
            } else {
                known.append(value)
                current = known.count - 1
            }
            return current
        }
    }

    /// Within 10 % of each other.
    private static func isNear(_ a: Double, _ b: Double) -> Bool {
        let ratio = a / b
        return ratio <= 1.1 && ratio >= 1 / 1.1
    }
}
