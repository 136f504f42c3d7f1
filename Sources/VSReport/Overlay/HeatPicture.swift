public import Foundation
public import VSImaging

/// Values of 0 to 1 on a plane as a tint to be laid over a ``SlicePicture`` of the same plane: the
/// higher the less the picture below shows through.
public struct HeatPicture: Sendable {
    /// The colour of the tint (Okabe and Ito's, as the charts').
    public enum Tint: Sendable {
        /// Blue, for probabilities.
        case blue
        /// Purple, for attention.
        case purple

        fileprivate var parts: (UInt8, UInt8, UInt8) {
            switch self {
            case .blue: (86, 180, 233)
            case .purple: (204, 121, 167)
            }
        }
    }

    private let map: ProbabilityMap
    private let plane: SlicePlane
    private let tint: Tint

    /// Makes a picture; outside the map nothing is tinted.
    public init(map: ProbabilityMap, plane: SlicePlane, tint: Tint) {
        self.map = map
        self.plane = plane
        self.tint = tint
    }

    private static let steps = 64
    /// What a value of 1 leaves of the picture below is a quarter.
    private static let strongest = 0.75

    /// The picture as PNG, transparent where the map is 0.
    public func png() -> Data {
        let (red, green, blue) = tint.parts
        let palette = (0...Self.steps).map { step in
            let alpha = 255 * Self.strongest * Double(step) / Double(Self.steps)
            return IndexedPNG.Colour(
                red: red, green: green, blue: blue, alpha: UInt8(alpha.rounded()))
        }
        let values = map.resampled(to: plane.shape, affine: plane.affine, outside: 0).voxels
        let pixels = values.map { value in
            UInt8(min(max(value.isFinite ? value : 0, 0), 1) * Float(Self.steps))
        }
        return IndexedPNG(width: plane.shape.width, palette: palette, pixels: pixels).data()
    }
}
