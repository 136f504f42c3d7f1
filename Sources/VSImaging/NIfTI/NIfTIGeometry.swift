import Foundation

/// From NIfTI's orientation fields (RAS) to an LPS affine of the file's own axes i, j, k.
///
/// RAS exists only here and in the writer; everywhere else coordinates are LPS.
struct NIfTIGeometry: Equatable {
    /// Columns: the steps along i, j, k in mm LPS.
    let steps: [LPSPoint]
    /// The centre of voxel (0, 0, 0).
    let origin: LPSPoint

    /// sform, then qform, then, where `assumesAxes`, an axial grid by pixdim, else an error.
    init(_ header: NIfTIHeader, assumesAxes: Bool, subject: String) throws(ImagingError) {
        let unit = header.unitMm
        if header.sformCode > 0 {
            steps = (0..<3).map { column in
                unit * Self.lps(header.sform.map { $0[column] })
            }
            origin = unit * Self.lps(header.sform.map { $0[3] })
        } else if header.qformCode > 0 {
            let pixdim = try Self.positive(header.pixdim, subject: subject)
            let rotation = Self.rotation(header.quaternion)
            steps = (0..<3).map { column in
                let factor = unit * pixdim[column] * (column == 2 ? header.qfac : 1)
                return Self.lps(rotation.map { $0[column] * factor })
            }
            origin = unit * Self.lps(Array(header.quaternion[3...5]))
        } else if assumesAxes {
            let pixdim = try Self.positive(header.pixdim, subject: subject).map { unit * $0 }
            steps = [[-pixdim[0], 0, 0], [0, -pixdim[1], 0], [0, 0, pixdim[2]]]
            origin = .zero
        } else {
            throw ImagingError(
                .geometry, subject: subject,
                message: "It has neither an sform nor a qform, so left and right are unknown.",
                remedy: "Convert the series again, or give --assume-axes if its axes are "
                    + "right-to-left, front-to-back and foot-to-head by your own knowledge.")
        }
        try check(header, subject: subject)
    }

    private func check(_ header: NIfTIHeader, subject: String) throws(ImagingError) {
        let values = steps.flatMap { [$0.x, $0.y, $0.z] } + [origin.x, origin.y, origin.z]
        guard values.allSatisfy(\.isFinite) else {
            throw ImagingError(
                .geometry, subject: subject,
                message: "Its affine holds a value that is not a finite number.",
                remedy: "Convert the series again.")
        }
        let lengths = steps.map(\.length)
        guard lengths.allSatisfy({ $0 > 1e-3 && $0 < 1e3 }) else {
            let text = lengths.map { String(format: "%.4g", $0) }.joined(separator: " x ")
            throw ImagingError(
                .geometry, subject: subject,
                message: "Its voxel spacing is \(text) mm, so no volume can be measured.",
                remedy: "Convert the series again; the spacing must come from slice positions.")
        }
        let normalised = steps.map { $0 / $0.length }
        let determinant = abs(normalised[0].dot(normalised[1].cross(normalised[2])))
        guard determinant > 0.5 else {
            throw ImagingError(
                .geometry, subject: subject,
                message: "Its axes are not at right angles "
                    + "(determinant \(String(format: "%.3f", determinant)) of 1), "
                    + "so its affine is singular or sheared.",
                remedy: "Convert the series again, without shearing.")
        }
    }

    /// The spacings of a header whose affine is made from them: nifti1.h wants them positive, and
    /// a minus sign would turn the head about without a word.
    private static func positive(
        _ pixdim: [Double], subject: String
    ) throws(ImagingError) -> [Double] {
        guard pixdim.allSatisfy({ !($0 < 0) }) else {
            let text = pixdim.map { String(format: "%.4g", $0) }.joined(separator: " x ")
            throw ImagingError(
                .geometry, subject: subject,
                message: "Its voxel spacing is \(text) mm, and a spacing cannot be negative.",
                remedy: "Convert the series again.")
        }
        return pixdim
    }

    /// NIfTI is RAS: x and y change sign.
    private static func lps(_ ras: [Double]) -> LPSPoint { [-ras[0], -ras[1], ras[2]] }

    /// The rotation of the unit quaternion (a, b, c, d), a >= 0 found from b, c, d (nifti1.h).
    private static func rotation(_ q: [Double]) -> [[Double]] {
        var (b, c, d) = (q[0], q[1], q[2])
        let square = b * b + c * c + d * d
        var a = 1 - square
        if a < 1e-7 {
            let scale = 1 / square.squareRoot()
            (a, b, c, d) = (0, b * scale, c * scale, d * scale)
        } else {
            a = a.squareRoot()
        }
        return [
            [a * a + b * b - c * c - d * d, 2 * b * c - 2 * a * d, 2 * b * d + 2 * a * c],
            [2 * b * c + 2 * a * d, a * a + c * c - b * b - d * d, 2 * c * d - 2 * a * b],
            [2 * b * d - 2 * a * c, 2 * c * d + 2 * a * b, a * a + d * d - c * c - b * b],
        ]
    }
}
