import Foundation

/// Numbers as DICOM's decimal strings: at most 16 characters (PS3.5, 6.2).
enum DICOMNumber {
    /// As exactly as 16 characters hold, or with so many digits; negative zero as zero.
    static func text(_ value: Double, digits: Int = 15) -> String {
        let value = value == 0 ? 0 : value
        var count = min(digits, 15)
        var text = String(format: "%.\(count)g", value)
        while text.count > 16, count > 1 {
            count -= 1
            text = String(format: "%.\(count)g", value)
        }
        return text
    }

    /// A direction or position that came through a header's single precision: nine digits give each
    /// such number back.
    static func text(_ point: LPSPoint) -> String {
        [point.x, point.y, point.z].map { text($0, digits: 9) }.joined(separator: "\\")
    }
}
