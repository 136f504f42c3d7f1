import Foundation

extension StackCheck {
    private typealias Tolerance = SeriesGeometry.Tolerance

    /// The step from slice to slice where the stack is regular.
    ///
    /// - Parameters:
    ///   - sorted: the slices along the normal, two at least, no two at one place.
    ///   - normal: the unit normal of all of them.
    /// - Returns: (last - first) / (count - 1), mm LPS.
    /// - Throws: ``ImagingError`` for a gap, a varying distance, a tilt or a slice that lies aside.
    func regular(
        _ sorted: [SlicePlane], normal: LPSPoint
    ) throws(ImagingError) -> LPSPoint {
        let gaps = zip(sorted, sorted.dropFirst()).map {
            (before: $0, after: $1, distance: ($1.position - $0.position).dot(normal))
        }
        let usual = gaps.map(\.distance).sorted()[(gaps.count - 1) / 2]
        let tolerance = max(Tolerance.spacingMm, Tolerance.spacingShare * usual)
        let odd = gaps.filter { abs($0.distance - usual) > tolerance }
        if let gap = odd.first {
            throw irregular(gap.before, gap.after, gap.distance, usual, tolerance, odd.count)
        }
        let count = Double(sorted.count - 1)
        let step = (sorted[sorted.count - 1].position - sorted[0].position) / count
        let aside = step - step.dot(normal) * normal
        let tilt = atan2(aside.length, step.dot(normal)) * 180 / .pi
        guard tilt <= Tolerance.tiltDegrees else {
            throw error(
                .geometry,
                "Its slices are tilted: from slice \(sorted[0].frame.number) to "
                    + "\(sorted[sorted.count - 1].frame.number) each is moved sideways by "
                    + "\(Self.mm(aside.length)) mm against the one before, "
                    + "\(String(format: "%.1f", tilt)) degrees (\(Tolerance.tiltDegrees) allowed).",
                "Give the series before its tilt, or one resampled to an upright stack.")
        }
        let strays = sorted.enumerated().filter { place, plane in
            let expected = sorted[0].position + Double(place) * step
            return (plane.position - expected).length > tolerance
        }.map(\.element)
        guard strays.isEmpty else {
            throw error(
                .geometry,
                "\(Self.numbers(strays).capitalisedFirst) \(strays.count == 1 ? "does" : "do") not "
                    + "lie on the line of the others (by more than \(Self.mm(tolerance)) mm).",
                "Give one series of one acquisition.")
        }
        return step
    }

    private func irregular(
        _ before: SlicePlane, _ after: SlicePlane, _ distance: Double, _ usual: Double,
        _ tolerance: Double, _ count: Int
    ) -> ImagingError {
        let places = "slices \(before.frame.number) and \(after.frame.number)"
        let missing = (distance / usual).rounded() - 1
        if missing >= 1, abs(distance - (missing + 1) * usual) <= tolerance * (missing + 1) {
            let more = count > 1 ? " There are \(count) such places." : ""
            return error(
                .geometry,
                "There is a gap between \(places): \(Self.mm(distance)) mm where "
                    + "\(Self.mm(usual)) mm is the rule, so \(Int(missing)) "
                    + "slice\(missing > 1 ? "s are" : " is") missing.\(more)",
                "Export or send the whole series again.")
        }
        return error(
            .geometry,
            "The distance of its slices varies: \(Self.mm(distance)) mm between \(places), "
                + "\(Self.mm(usual)) mm as a rule, at \(count) place\(count == 1 ? "" : "s").",
            "Give a series of evenly spaced slices.")
    }

    private static func mm(_ value: Double) -> String { String(format: "%.3f", value) }
}

extension String {
    /// With its first letter as a capital.
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
