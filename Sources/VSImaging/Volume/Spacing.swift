/// Distances between neighbouring voxel centres in mm, from positions, never from SliceThickness.
public struct Spacing: Hashable, Sendable, Codable {
    /// Between slices (through-plane), mm.
    public var depth: Double
    /// Between rows (in-plane), mm.
    public var height: Double
    /// Between columns (in-plane), mm.
    public var width: Double

    /// Makes a spacing; all three in mm.
    public init(depth: Double, height: Double, width: Double) {
        self.depth = depth
        self.height = height
        self.width = width
    }
}
