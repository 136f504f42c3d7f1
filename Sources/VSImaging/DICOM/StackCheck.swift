import Foundation

/// The checks of a stack of slices, each with a message that names them.
struct StackCheck {
    let subject: String

    private typealias Tolerance = SeriesGeometry.Tolerance

    func error(
        _ code: ImagingError.Code, _ message: String, _ remedy: String
    ) -> ImagingError {
        ImagingError(code, subject: subject, message: message, remedy: remedy)
    }

    /// The frames with all that places them, or the first that lacks it.
    func planes(_ frames: [DICOMFrame]) throws(ImagingError) -> [SlicePlane] {
        guard !frames.isEmpty else {
            throw error(.unsupported, "It has no slices.", "Give the image series itself.")
        }
        var planes: [SlicePlane] = []
        for (index, frame) in frames.enumerated() {
            guard let position = frame.position, let row = frame.rowDirection,
                let column = frame.columnDirection
            else {
                throw error(
                    .geometry,
                    "Slice \(frame.number) has no ImagePositionPatient or "
                        + "ImageOrientationPatient, so where it lies is unknown.",
                    "Export the original series; derived images often lack them.")
            }
            guard let rows = frame.rowSpacingMm, let columns = frame.columnSpacingMm, rows > 1e-3,
                columns > 1e-3, rows < 1e3, columns < 1e3
            else {
                throw error(
                    .geometry, "Slice \(frame.number) has no usable PixelSpacing.",
                    "Export the original series.")
            }
            let isRight =
                abs(row.length - 1) < 0.01 && abs(column.length - 1) < 0.01
                && abs(row.dot(column)) < 0.01
            guard isRight else {
                throw error(
                    .geometry,
                    "The rows and columns of slice \(frame.number) are not at right angles "
                        + "(ImageOrientationPatient).", "Export the original series.")
            }
            planes.append(
                SlicePlane(
                    index: index, frame: frame, position: position, rowDirection: row / row.length,
                    columnDirection: column / column.length, rowSpacing: rows,
                    columnSpacing: columns))
        }
        return planes
    }

    /// Whether all images are of one patient and study day; identifiers are not repeated.
    func oneExam(_ instances: [DICOMInstance]) throws(ImagingError) {
        func others(_ value: (SeriesFacts) -> String?) -> (values: [String], slices: String)? {
            let values = instances.map { value($0.facts) ?? "" }
            guard let first = values.first(where: { !$0.isEmpty }) else { return nil }
            let differing = zip(instances, values).filter { !$1.isEmpty && $1 != first }
            guard !differing.isEmpty else { return nil }
            return (
                Set(values.filter { !$0.isEmpty }).sorted(),
                Self.text(differing.flatMap { $0.0.frames.map(\.number) }.sorted())
            )
        }
        if let (values, slices) = others(\.patientID) {
            throw error(
                .unsupported,
                "Its images are of \(values.count) patients by their PatientID: \(slices) of another "
                    + "than the first.", "Give the images of one patient.")
        }
        if let (values, slices) = others({ $0.study[.studyDate] }) {
            throw error(
                .unsupported,
                "Its images are of several study days (\(values.joined(separator: ", "))): "
                    + "\(slices) of another than the first.", "Give the images of one exam.")
        }
    }

    /// Whether all slices have one orientation, pixel size and matrix.
    func oneGrid(_ planes: [SlicePlane]) throws(ImagingError) {
        let first = planes[0]
        let turned = planes.filter { plane in
            let row = plane.rowDirection - first.rowDirection
            let column = plane.columnDirection - first.columnDirection
            return (0..<3).contains {
                abs(row[$0]) > Tolerance.direction || abs(column[$0]) > Tolerance.direction
            }
        }
        guard turned.isEmpty else {
            throw error(
                .geometry,
                "Its slices have several orientations: \(Self.numbers(turned)) "
                    + "\(Self.numbers(turned).hasPrefix("slices") ? "are" : "is") turned against slice \(first.frame.number), by up to "
                    + "\(angle(first, turned)) degrees.",
                "Give a series of parallel slices; localisers and mixed series cannot be stacked.")
        }
        let matrices = Set(planes.map { [$0.frame.columns, $0.frame.rows] })
        guard matrices.count == 1 else {
            let text = matrices.map { "\($0[0]) x \($0[1])" }.sorted().joined(separator: ", ")
            throw error(
                .geometry, "Its slices have several matrices: \(text).",
                "Give one series of slices of one size.")
        }
        let others = planes.filter {
            abs($0.rowSpacing / first.rowSpacing - 1) > Tolerance.pixelShare
                || abs($0.columnSpacing / first.columnSpacing - 1) > Tolerance.pixelShare
        }
        guard others.isEmpty else {
            throw error(
                .geometry,
                "Its slices have several pixel sizes: \(Self.numbers(others)) "
                    + "\(others.count == 1 ? "differs" : "differ") from slice \(first.frame.number).",
                "Give one series of slices of one pixel size.")
        }
    }

    /// Whether no two slices lie at one place, and, where they do, what they are.
    func oneVolume(_ sorted: [SlicePlane], normal: LPSPoint) throws(ImagingError) {
        let echoTimes = sorted.compactMap { plane in
            plane.frame.echoTimeMs.map { (plane: plane, ms: ($0 * 100).rounded() / 100) }
        }
        let echoes = Set(echoTimes.map(\.ms))
        if let first = echoTimes.first, echoes.count > 1 {
            let text = echoes.sorted().map { String(format: "%g", $0) }.joined(separator: ", ")
            let others = echoTimes.filter { $0.ms != first.ms }.map(\.plane)
            throw error(
                .unsupported,
                "It holds several echoes (echo times \(text) ms), and a scan is one: slice "
                    + "\(first.plane.frame.number) is of another than \(Self.numbers(others)).",
                "Split the series by echo time, and give the T2 echo.")
        }
        var same: [SlicePlane] = []
        for (before, plane) in zip(sorted, sorted.dropFirst()) {
            let step = plane.position - before.position
            if abs(step.dot(normal)) < Tolerance.samePlaceMm {
                if same.last?.index != before.index { same.append(before) }
                same.append(plane)
            }
        }
        guard let first = same.first, same.count > 1 else { return }
        let pair = same.prefix(2).map(\.frame)
        let two = Self.numbers(Array(same.prefix(2)))
        let shared =
            (two.hasPrefix("slices") ? two : "two images of \(two)") + " lie at the same place"
        let bValues = Set(sorted.compactMap(\.frame.bValue))
        if bValues.count > 1 {
            let text = bValues.sorted().map { String(format: "%g", $0) }.joined(separator: ", ")
            throw error(
                .unsupported,
                "It is a diffusion series of several volumes (b-values \(text) s/mm²): \(shared).",
                "Give the T2 series.")
        }
        let times = Set(sorted.compactMap(\.frame.temporalPosition))
        if times.count > 1 {
            throw error(
                .unsupported, "It holds \(times.count) time points; a scan is one: \(shared).",
                "Split the series, and give one time point.")
        }
        if Set(sorted.map(\.frame.imageType)).count > 1 {
            throw error(
                .unsupported,
                "It mixes images of several kinds (ImageType), as magnitude and phase: \(shared).",
                "Split the series, and give the magnitude images.")
        }
        if pair[0].instance == pair[1].instance, pair[0].frame == pair[1].frame,
            !pair[0].instance.isEmpty
        {
            throw error(
                .geometry, "Slice \(first.frame.number) is there twice, with one SOPInstanceUID.",
                "Remove the copy.")
        }
        let places = sorted.count - same.count / 2
        throw error(
            .unsupported,
            "It holds several images of one place, as several volumes do: \(shared), \(same.count) "
                + "of \(sorted.count) slices share \(places) places in this way.",
            "Remove the duplicates, or split the series into volumes.")
    }

    private func angle(_ first: SlicePlane, _ turned: [SlicePlane]) -> String {
        let normal = first.rowDirection.cross(first.columnDirection)
        let cosines = turned.flatMap { plane in
            [
                normal.dot(plane.rowDirection.cross(plane.columnDirection)),
                first.rowDirection.dot(plane.rowDirection),
            ]
        }
        let least = min(1, max(-1, cosines.min() ?? 1))
        return String(format: "%.2f", acos(least) * 180 / .pi)
    }

    /// "slice 4" or "slices 4, 5, 9 and 12 more", by the numbers people see.
    static func numbers(_ planes: [SlicePlane]) -> String { text(planes.map(\.frame.number)) }

    private static func text(_ all: [Int]) -> String {
        // Numbers that several slices share are told once.
        var seen: Set<Int> = []
        let numbers = all.filter { seen.insert($0).inserted }.map(String.init)
        let shown = numbers.prefix(8).joined(separator: ", ")
        let more = numbers.count > 8 ? " and \(numbers.count - 8) more" : ""
        return numbers.count == 1 ? "slice \(shown)" : "slices \(shown)\(more)"
    }
}
