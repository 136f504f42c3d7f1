/// A range of volumes at the first exam.
package struct VolumeBand: Sendable, Hashable, Codable {
    /// From this volume on, mm³.
    package let lowMm3: Double
    /// Below this volume, mm³.
    package let highMm3: Double
    /// As it is printed.
    package let title: String

    /// The bands of this project's reports; the outermost are drawn from 30 and up to 8000 mm³.
    package static let all = [
        VolumeBand(lowMm3: 30, highMm3: 100, title: "< 100"),
        VolumeBand(lowMm3: 100, highMm3: 200, title: "100-200"),
        VolumeBand(lowMm3: 200, highMm3: 500, title: "200-500"),
        VolumeBand(lowMm3: 500, highMm3: 1500, title: "500-1500"),
        VolumeBand(lowMm3: 1500, highMm3: 8000, title: "> 1500"),
    ]
}
