import RealModule

/// Conversions between volume and diameter of a sphere.
public enum VolumeConversion {
    /// The diameter in mm of the sphere of that volume: (6 V / pi)^(1/3).
    public static func equivalentDiameterMm(volumeMm3: Double) -> Double {
        .root(6 * volumeMm3 / .pi, 3)
    }

    /// The volume in mm³ of the sphere of that diameter: pi d³ / 6.
    public static func volumeMm3(diameterMm: Double) -> Double {
        .pi / 6 * .pow(diameterMm, 3)
    }
}
