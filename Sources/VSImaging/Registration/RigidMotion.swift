import Foundation

/// A rigid motion of points about an origin of one's choice, as a twist: the exponential of a turn
/// (axis times angle, radians) and a velocity (mm).
///
/// Half a motion is half its twist, and its inverse is the negative twist, so that two images can be
/// moved towards each other by the same amount.
public struct RigidMotion: Sendable, Hashable, Codable {
    /// Axis times angle, radians.
    public var turn: SIMD3<Double>
    /// The shift that goes with the turn, mm; the shift itself where there is no turn.
    public var velocityMm: SIMD3<Double>

    /// A motion; without arguments, none.
    public init(turn: SIMD3<Double> = .zero, velocityMm: SIMD3<Double> = .zero) {
        self.turn = turn
        self.velocityMm = velocityMm
    }

    /// The angle it turns by, degrees.
    public var angleDegrees: Double { turn.length * 180 / .pi }

    /// A part of the motion, or a multiple; -1 is its inverse.
    public func scaled(by factor: Double) -> RigidMotion {
        RigidMotion(turn: factor * turn, velocityMm: factor * velocityMm)
    }

    /// The motion as a matrix and a shift, worth keeping when many points are to be moved.
    public var transform: RigidTransform { RigidTransform(self) }
}

/// A rotation matrix and a shift.
public struct RigidTransform: Sendable, Hashable {
    /// The columns of the rotation.
    let x, y, z: SIMD3<Double>
    let shiftMm: SIMD3<Double>

    /// The exponential of a twist (Rodrigues' formula).
    init(_ motion: RigidMotion) {
        let turn = motion.turn
        let angle = turn.length
        // sin(a) / a, (1 - cos a) / a², (a - sin a) / a³ by their series near zero.
        let square = angle * angle
        let sine = angle < 1e-4 ? 1 - square / 6 : sin(angle) / angle
        let cosine = angle < 1e-4 ? 0.5 - square / 24 : (1 - cos(angle)) / square
        let cubic = angle < 1e-4 ? 1.0 / 6 - square / 120 : (angle - sin(angle)) / (square * angle)
        func rotated(_ p: SIMD3<Double>) -> SIMD3<Double> {
            let once = turn.cross(p)
            return p + sine * once + cosine * turn.cross(once)
        }
        x = rotated([1, 0, 0])
        y = rotated([0, 1, 0])
        z = rotated([0, 0, 1])
        let once = turn.cross(motion.velocityMm)
        shiftMm = motion.velocityMm + cosine * once + cubic * turn.cross(once)
    }

    /// A point moved.
    public func callAsFunction(_ p: SIMD3<Double>) -> SIMD3<Double> {
        p.x * x + p.y * y + p.z * z + shiftMm
    }
}
