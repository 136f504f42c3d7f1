/// How often what was called so probable was true.
package struct Calibration: Sendable, Hashable, Codable {
    /// Answers whose probability lay in one tenth of the scale.
    package struct Bin: Sendable, Hashable, Codable {
        /// The mean probability given.
        package let predicted: Double
        /// The share that was true.
        package let observed: Double
        /// How many answers.
        package let count: Int
    }

    /// Tenths with at least ``fewest`` answers, in order.
    package let bins: [Bin]
    /// The largest difference between predicted and observed, in points of a hundred.
    package let largestDifferencePoints: Double
    /// The mean difference, weighted by answers, in points of a hundred.
    package let meanDifferencePoints: Double

    /// A tenth with fewer answers says too little: two standard errors are then over five points.
    package static let fewest = 400

    /// Of every answer at every exam after the first.
    init(_ patients: [PatientRecord]) {
        var sums = [(predicted: Double, observed: Int, count: Int)](
            repeating: (0, 0, 0), count: 10)
        for patient in patients {
            for (probability, isTrue) in zip(patient.probabilities, patient.hasGrown) {
                let bin = min(max(Int(probability * 10), 0), 9)
                sums[bin].predicted += probability
                sums[bin].observed += isTrue ? 1 : 0
                sums[bin].count += 1
            }
        }
        let bins = sums.filter { $0.count >= Self.fewest }.map {
            Bin(
                predicted: $0.predicted / Double($0.count),
                observed: Double($0.observed) / Double($0.count), count: $0.count)
        }
        self.bins = bins
        let differences = bins.map { 100 * abs($0.predicted - $0.observed) }
        let count = bins.reduce(0) { $0 + $1.count }
        largestDifferencePoints = differences.max() ?? 0
        meanDifferencePoints =
            count == 0
            ? 0
            : zip(differences, bins).reduce(0) { $0 + $1.0 * Double($1.1.count) } / Double(count)
    }
}
