import RealModule

/// The volumes of one tumour on one scan, measured again and again with small changes to the scan.
///
/// The spread s is the standard deviation of ln V over the runs that found the tumour, with one
/// degree of freedom less than there are runs. A handful of runs knows its spread to some 30 % only,
/// and all runs share the scan's own slices and artefacts, so that the spread can be too small and
/// hardly too large. So the scan's own error is
///
///     sigma² = max(sigma_m², (n0 sigma_m² + n s²) / (n0 + n))
///
/// with sigma_m the model's error at that volume, n the degrees of freedom and n0 those that the
/// model's error counts for: the mean of a scaled inverse chi² prior's update, which a scan that is
/// measured unsteadily widens and no scan makes smaller than the model's.
public struct RepeatedVolumes: Sendable, Hashable {
    /// The degrees of freedom of the model's error, as many as of seven runs: this project's choice.
    public static let modelDegreesOfFreedom = 6.0
    /// The fewest runs with the tumour that a spread is taken from.
    public static let fewestFound = 3

    /// The volume of each run, mm³; nil where the tumour was not found.
    public let volumesMm3: [Double?]

    /// The volumes of the runs in their order; one that is not positive counts as not found.
    public init(_ volumesMm3: [Double?]) {
        self.volumesMm3 = volumesMm3.map { volume in
            volume.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        }
    }

    /// Runs that found the tumour.
    public var found: Int { volumesMm3.count { $0 != nil } }

    /// Degrees of freedom of the spread; zero where there is none.
    public var degreesOfFreedom: Int { found >= Self.fewestFound ? found - 1 : 0 }

    /// The standard deviation of ln V; nil for fewer than ``fewestFound`` runs with the tumour.
    public var spreadSD: Double? {
        let logs = volumesMm3.compactMap { volume -> Double? in volume.map { .log($0) } }
        guard degreesOfFreedom > 0 else { return nil }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let square: Double = logs.reduce(0) { sum, value in
            let difference = value - mean
            return sum + difference * difference
        }
        return (square / Double(degreesOfFreedom)).squareRoot()
    }

    /// The scan's own error, as the standard deviation of ln V.
    ///
    /// - Parameter modelSD: the model's error at this volume and slice distance.
    /// - Returns: at least `modelSD`; that itself where there is no spread.
    public func relativeSD(modelSD: Double) -> Double {
        guard let spread = spreadSD else { return modelSD }
        let (n, n0) = (Double(degreesOfFreedom), Self.modelDegreesOfFreedom)
        let pooled = (n0 * modelSD * modelSD + n * spread * spread) / (n0 + n)
        return max(modelSD, pooled.squareRoot())
    }
}
