/// The thresholds that decide a class; kept with each result.
public struct GrowthRule: Sendable, Hashable, Codable {
    /// Growth is this much above the reference, percent (the commonest cut-off; Cornelissen 2024).
    public var growthPercent = 20.0
    /// Shrinkage is this much below the reference, percent.
    public var shrinkagePercent = -20.0
    /// Change is beyond error when its probability reaches this (two-sided 95 %).
    public var certainty = 0.975
    /// No rates between exams closer than this, days: their noise grows as 1 / t.
    public var shortestRateDays = 90
    /// Rapid growth: the equivalent diameter grows by this, mm per year (Paldor 2016).
    public var rapidDiameterMmPerYear = 4.0
    /// Rapid growth: the volume doubles within this, years.
    public var rapidDoublingYears = 1.0
    /// Enlargement within this long of radiosurgery is called early swelling, months (Ruess 2023).
    public var earlySwellingMonths = 12
    /// Later enlargement is called growth only after this long, months; late swelling before.
    public var progressionMonths = 36
    /// The error of measurement.
    public var error = MeasurementErrorModel()

    /// The defaults.
    public init() {}
}
