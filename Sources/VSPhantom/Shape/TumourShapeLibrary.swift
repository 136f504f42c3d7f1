import Foundation
import Synchronization

/// The real tumours of one split as solids in their canal frames.
///
/// A solid is made when first asked for and kept; the library may be shared between threads.
public final class TumourShapeLibrary: Sendable {
    /// A tumour that can be made, with its volume as outlined.
    public struct Entry: Sendable, Hashable {
        /// The collection's name of the subject.
        public let subject: String
        /// The volume by planimetry (area times plane distance), mm³.
        public let planimetricVolumeMm3: Double
    }

    /// The split that this library holds.
    public let split: TumourOutlines.Split
    /// The tumours, in the order of their subjects.
    public let entries: [Entry]

    private struct Source: Sendable {
        var tumour: [[SIMD3<Double>]]
        var cochlea: SIMD3<Float>?
    }

    private let sources: [Source]
    private let made = Mutex<[Int: TumourShape]>([:])

    /// The tumours of one split, without those outlined on fewer than three planes.
    public init(_ outlines: TumourOutlines, split: TumourOutlines.Split) {
        self.split = split
        var entries: [Entry] = []
        var sources: [Source] = []
        for subject in outlines.subjects where subject.split == split {
            guard let tumour = subject.structures.first(where: { $0.kind == .tumour }) else {
                continue
            }
            let polygons = tumour.polygonsMm(unitMm: outlines.unitMm).filter { $0.count >= 3 }
            let planes = Set(polygons.map { (($0.first?.z ?? 0) * 2).rounded() })
            guard planes.count >= 3 else { continue }
            let side = polygons.joined().reduce(0) { $0 + $1.x } < 0 ? -1.0 : 1.0
            let mirror = SIMD3<Double>(side, 1, 1)
            let cochlea = subject.structures.first { $0.kind == .cochlea }
            let points = cochlea?.polygonsMm(unitMm: outlines.unitMm).joined().map { $0 * mirror }
            sources.append(
                Source(
                    tumour: polygons.map { $0.map { $0 * mirror } },
                    cochlea: points.map { SIMD3<Float>($0.reduce(.zero, +) / Double($0.count)) }))
            entries.append(
                Entry(
                    subject: subject.id,
                    planimetricVolumeMm3: Self.planimetry(polygons, planes: planes.count)))
        }
        self.entries = entries
        self.sources = sources
    }

    /// The library of the outlines compiled into the program.
    public convenience init(split: TumourOutlines.Split) throws(PhantomError) {
        self.init(try TumourOutlines.bundled(), split: split)
    }

    /// The tumour at `index` of `entries`, as outlined.
    public func shape(_ index: Int) -> TumourShape {
        if let known = made.withLock({ $0[index] }) { return known }
        let shape = make(index)
        made.withLock { $0[index] = shape }
        return shape
    }

    /// A random tumour for a volume in mm³, smoothly deformed and scaled to it.
    ///
    /// Tumours whose own volume is near are preferred, since small tumours are not small copies of
    /// large ones.
    public func shape(volumeMm3: Double, random: inout CounterRandom) -> TumourShape {
        let weights = entries.map { entry -> Double in
            let octaves = log(entry.planimetricVolumeMm3 / volumeMm3) / log(2)
            return 0.002 + exp(-octaves * octaves / 3)
        }
        var pick = random.uniform() * weights.reduce(0, +)
        var index = 0
        while index < weights.count - 1, pick >= weights[index] {
            pick -= weights[index]
            index += 1
        }
        return shape(index)
            .deformed(strength: random.uniform(0.3, 1.3), random: &random)
            .scaled(toVolumeMm3: volumeMm3)
    }

    private func make(_ index: Int) -> TumourShape {
        let source = sources[index]
        guard let native = OutlineSolid.solid(of: source.tumour) else {
            preconditionFailure("an entry has at least three outlined planes")
        }
        let frame = CanalFrame(of: native, cochlea: source.cochlea)
        var solid = native.inFrame(frame)
        solid.level(toVolumeMm3: entries[index].planimetricVolumeMm3)
        let measured = ShapeMeasurement(of: solid, deformation: SmoothDeformation())
        return TumourShape(
            subject: entries[index].subject, split: split, solid: solid,
            deformation: SmoothDeformation(), unitVolumeMm3: measured.volumeMm3,
            unitBox: measured.box, scale: 1)
    }

    private static func planimetry(_ polygons: [[SIMD3<Double>]], planes: Int) -> Double {
        let heights = polygons.compactMap { $0.first?.z }
        let extent = (heights.max() ?? 0) - (heights.min() ?? 0)
        let area = polygons.reduce(0) { sum, ring in
            var twice = 0.0
            var a = ring[ring.count - 1]
            for b in ring {
                twice += a.x * b.y - b.x * a.y
                a = b
            }
            return sum + abs(twice) / 2
        }
        return area * extent / Double(max(1, planes - 1))
    }
}

extension DistanceGrid {
    /// The same field resampled into a canal frame.
    func inFrame(_ frame: CanalFrame) -> DistanceGrid {
        var low = SIMD3<Float>(repeating: .infinity)
        var high = SIMD3<Float>(repeating: -.infinity)
        for corner in 0..<8 {
            let point = SIMD3<Float>(
                corner & 1 == 0 ? origin.x : upper.x, corner & 2 == 0 ? origin.y : upper.y,
                corner & 4 == 0 ? origin.z : upper.z)
            low = pointwiseMin(low, frame.local(point))
            high = pointwiseMax(high, frame.local(point))
        }
        let size = SIMD3<Int32>(((high - low) / step).rounded(.up)) &+ 1
        var values = [Float]()
        values.reserveCapacity(Int(size.x) * Int(size.y) * Int(size.z))
        for k in 0..<Int(size.z) {
            for j in 0..<Int(size.y) {
                for i in 0..<Int(size.x) {
                    let point = low + step * SIMD3(Float(i), Float(j), Float(k))
                    values.append(value(at: frame.native(point)))
                }
            }
        }
        return DistanceGrid(origin: low, step: step, count: size, values: values)
    }

    /// Moves the surface in or out until the solid has a volume in mm³: blurring shrinks what is
    /// round by a few percent.
    mutating func level(toVolumeMm3 wanted: Double) {
        let cellMm3 = Double(step * step * step)
        for _ in 0..<6 {
            var volume = 0.0
            var areaMm2 = 0.0
            for value in values where value < 0.5 * step {
                volume += Double(max(0, min(1, 0.5 - value / step))) * cellMm3
                areaMm2 += value > -0.5 * step ? cellMm3 / Double(step) : 0
            }
            guard areaMm2 > 0 else { return }
            let shift = Float((wanted - volume) / areaMm2)
            for at in values.indices { values[at] -= max(-0.4, min(0.4, shift)) }
        }
    }
}
