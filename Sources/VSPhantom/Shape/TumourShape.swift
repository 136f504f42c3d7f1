/// A smooth tumour solid in the frame of an internal auditory canal, of a known volume.
///
/// The frame's origin is the centre of the porus; +x runs laterally into the canal, +y to posterior and
/// +z to superior, mm. The same solid serves both sides: a head maps the frame with +x towards its own
/// left or right. A shape is a real tumour's solid, smoothly deformed and uniformly scaled.
public struct TumourShape: Sendable {
    /// The subject whose outlines gave the shape.
    public let subject: String
    /// The collection's split that the subject belongs to.
    public let split: TumourOutlines.Split
    /// The volume, mm³, measured on a fine grid.
    public let volumeMm3: Double
    /// The scale against the real tumour (1: as it was outlined).
    public let scale: Double
    /// A box that holds the solid, mm in the canal frame: the corner of least coordinates.
    public let lower: SIMD3<Float>
    /// A box that holds the solid, mm in the canal frame: the corner of greatest coordinates.
    public let upper: SIMD3<Float>

    let solid: DistanceGrid
    private let deformation: SmoothDeformation
    private let unitVolumeMm3: Double

    init(
        subject: String, split: TumourOutlines.Split, solid: DistanceGrid,
        deformation: SmoothDeformation, unitVolumeMm3: Double, unitBox: ShapeBox, scale: Double
    ) {
        self.subject = subject
        self.split = split
        self.solid = solid
        self.deformation = deformation
        self.unitVolumeMm3 = unitVolumeMm3
        self.scale = scale
        volumeMm3 = unitVolumeMm3 * scale * scale * scale
        lower = unitBox.lower * Float(scale)
        upper = unitBox.upper * Float(scale)
    }

    /// The signed distance to the surface at a point of the canal frame, mm; negative inside.
    ///
    /// Exact at the surface to the grid's accuracy (about 0.1 mm at scale 1) and a good estimate of
    /// the distance within a few mm of it; a lower bound far away.
    public func signedDistance(at point: SIMD3<Float>) -> Float {
        let scale = Float(scale)
        return scale * solid.value(at: deformation.source(of: point / scale))
    }

    /// The same shape scaled uniformly about the porus to a volume in mm³.
    public func scaled(toVolumeMm3 volume: Double) -> TumourShape {
        resized(to: (volume / unitVolumeMm3).cubeRoot)
    }

    private func resized(to wanted: Double) -> TumourShape {
        let box = ShapeBox(lower: lower / Float(scale), upper: upper / Float(scale))
        return TumourShape(
            subject: subject, split: split, solid: solid, deformation: deformation,
            unitVolumeMm3: unitVolumeMm3, unitBox: box, scale: wanted)
    }

    /// The same shape with another smooth deformation, at its present volume.
    ///
    /// - Parameters:
    ///   - strength: 0 leaves it as outlined; 1 moves the surface by up to about 8 % of the diameter.
    ///   - random: Where the waves are drawn from.
    /// - Returns: The deformed shape, of the same volume.
    public func deformed(strength: Double, random: inout CounterRandom) -> TumourShape {
        let diameter = (6 * unitVolumeMm3 / .pi).cubeRoot
        let waves = SmoothDeformation(
            diameterMm: Float(diameter), strength: Float(strength), random: &random)
        let measured = ShapeMeasurement(of: solid, deformation: waves)
        let shape = TumourShape(
            subject: subject, split: split, solid: solid, deformation: waves,
            unitVolumeMm3: measured.volumeMm3, unitBox: measured.box, scale: 1)
        return shape.scaled(toVolumeMm3: volumeMm3)
    }
}

/// A box in mm.
struct ShapeBox: Sendable {
    var lower: SIMD3<Float>
    var upper: SIMD3<Float>
}

extension Double {
    /// The real cube root of a number that is not negative.
    var cubeRoot: Double {
        guard self > 0 else { return 0 }
        var root = Double(Float(self).squareRoot())
        for _ in 0..<60 {
            let next = (2 * root + self / (root * root)) / 3
            if abs(next - root) < 1e-15 * root { break }
            root = next
        }
        return root
    }
}
