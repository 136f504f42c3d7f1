import RealModule

/// Errors of exams as they would be at the volumes of a smooth curve.
///
/// The error of ln V falls with the radius, as V^(-1/3). Taken at the volume as measured, a volume that
/// came out too small seems to be less certain than one that came out too large, and sums of exams
/// lean upwards. So the volume is taken from a line through all exams, whose slope is held near zero
/// by a prior of 0.15 per year.
enum SmoothedErrors {
    /// The exams with errors scaled so; volumes are as they were.
    static func apply(_ exams: [VolumeMeasurement]) -> [VolumeMeasurement] {
        guard let first = exams.first, exams.count > 1 else { return exams }
        let count = Double(exams.count)
        let times = exams.map { first.date.years(to: $0.date) }
        let values = exams.map(\.logVolume)
        let meanTime = times.reduce(0, +) / count
        let meanValue = values.reduce(0, +) / count
        let variance = exams.reduce(0) { $0 + $1.relativeSD * $1.relativeSD } / count
        var (spread, product) = (variance / (0.15 * 0.15), 0.0)
        for (time, value) in zip(times, values) {
            spread += (time - meanTime) * (time - meanTime)
            product += (time - meanTime) * (value - meanValue)
        }
        let slope = spread > 0 ? product / spread : 0
        return exams.enumerated().map { place, exam in
            var exam = exam
            let line = meanValue + slope * (times[place] - meanTime)
            exam.relativeSD *= .exp((values[place] - line) / 3)
            return exam
        }
    }
}
