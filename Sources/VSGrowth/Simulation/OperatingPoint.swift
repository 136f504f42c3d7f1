/// How a rule does at one threshold.
package struct OperatingPoint: Sendable, Hashable, Codable {
    /// Alarms at exams at which the true volume had not risen by the threshold, per year of follow-up
    /// without such a rise.
    package let falseAlarmsPerPatientYear: Double
    /// The share of patients with such a rise who had an alarm at an exam after it.
    package let sensitivity: Double
    /// The share of patients without such a rise who never had an alarm.
    package let specificity: Double
    /// From the rise to the alarm, years; half of those who rose had it sooner.
    ///
    /// Nil where fewer did.
    package let medianDelayYears: Double?
    /// The mean of the same; where no alarm came, the time to the last exam counts.
    package let meanDelayYears: Double

    /// Counts alarms over patients.
    ///
    /// - Parameters:
    ///   - patients: whose alarms are counted.
    ///   - isAlarm: whether a patient has an alarm at the exam of that place after the first.
    init(_ patients: [PatientRecord], isAlarm: (PatientRecord, Int) -> Bool) {
        var falseAlarms = 0
        var years = 0.0
        var (grown, found, without, quiet) = (0, 0, 0, 0)
        var delays: [Double] = []
        var totalDelay = 0.0
        for patient in patients {
            years += patient.yearsWithout
            var hadAlarm = false
            var detection: Double?
            for exam in patient.years.indices where isAlarm(patient, exam) {
                hadAlarm = true
                if !patient.hasGrown[exam] { falseAlarms += 1 }
                if let crossing = patient.crossing, detection == nil,
                    patient.years[exam] >= crossing
                {
                    detection = patient.years[exam] - crossing
                }
            }
            if let crossing = patient.crossing {
                grown += 1
                if let detection {
                    found += 1
                    delays.append(detection)
                }
                totalDelay += detection ?? ((patient.years.last ?? crossing) - crossing)
            } else {
                without += 1
                if !hadAlarm { quiet += 1 }
            }
        }
        falseAlarmsPerPatientYear = years > 0 ? Double(falseAlarms) / years : 0
        sensitivity = grown > 0 ? Double(found) / Double(grown) : 0
        specificity = without > 0 ? Double(quiet) / Double(without) : 0
        delays.sort()
        let half = (grown + 1) / 2
        medianDelayYears = half > 0 && half <= delays.count ? delays[half - 1] : nil
        meanDelayYears = grown > 0 ? totalDelay / Double(grown) : 0
    }

    /// The point of a rule's score at a threshold.
    init(_ patients: [PatientRecord], rule: DetectionRule, threshold: Double) {
        let place = DetectionRule.allCases.firstIndex(of: rule) ?? 0
        self.init(patients) { patient, exam in patient.scores[place][exam] >= threshold }
    }

    /// The point of a rule at the lowest threshold that gives at most so many false alarms.
    ///
    /// - Returns: the threshold, just above the score of the first alarm too many, and the point.
    static func matching(
        _ patients: [PatientRecord], rule: DetectionRule, falseAlarmsPerPatientYear rate: Double
    ) -> (threshold: Double, point: OperatingPoint) {
        let place = DetectionRule.allCases.firstIndex(of: rule) ?? 0
        let years = patients.reduce(0) { $0 + $1.yearsWithout }
        var scores = patients.flatMap { patient in
            patient.years.indices.filter { !patient.hasGrown[$0] }.map { patient.scores[place][$0] }
        }
        scores.sort(by: >)
        // A hair more, so that a rate that was counted is met again.
        let allowed = Int(rate * years + 1e-6)
        let threshold = allowed < scores.count ? scores[allowed].nextUp : -Double.infinity
        return (threshold, OperatingPoint(patients, rule: rule, threshold: threshold))
    }

    /// Writes every key; a delay that too few had is null.
    package func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(falseAlarmsPerPatientYear, forKey: .falseAlarmsPerPatientYear)
        try keyed.encode(sensitivity, forKey: .sensitivity)
        try keyed.encode(specificity, forKey: .specificity)
        try keyed.encode(medianDelayYears, forKey: .medianDelayYears)
        try keyed.encode(meanDelayYears, forKey: .meanDelayYears)
    }
}
