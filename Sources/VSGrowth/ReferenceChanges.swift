/// The last of the compared exams against three of those before it; nil where there is none.
public struct ReferenceChanges: Sendable, Hashable {
    /// Against the first of the epoch.
    public let baseline: VolumeChange?
    /// Against the one before.
    public let previous: VolumeChange?
    /// Against the smallest.
    public let nadir: VolumeChange?

    /// Of exams in order of date.
    init(_ compared: [VolumeMeasurement], rule: GrowthRule) {
        let earlier = compared.dropLast()
        func change(from first: VolumeMeasurement?) -> VolumeChange? {
            guard let first, let last = compared.last else { return nil }
            return VolumeChange(from: first, to: last, rule: rule)
        }
        baseline = change(from: earlier.first)
        previous = change(from: earlier.last)
        nadir = change(from: earlier.min { $0.volumeMm3 < $1.volumeMm3 })
    }
}
