/// Numbers as text, the same in every locale.
package enum Words {
    /// With one decimal below ten, none above; "unknown" for what is not finite.
    package static func number(_ value: Double) -> String {
        abs(value) < 9.95 ? fixed(value, 1) : fixed(value, 0)
    }

    /// A whole number where `whole` is asked for and it is one.
    package static func number(_ value: Double, whole: Bool) -> String {
        whole && value == value.rounded() ? fixed(value, 0) : number(value)
    }

    /// A rate per year with its sign and two decimals.
    package static func rate(_ value: Double) -> String {
        let text = fixed(abs(value), 2)
        return (value < 0 && text != "0.00" ? "-" : "+") + text
    }

    /// With a sign, and never a negative zero.
    package static func signed(_ value: Double) -> String {
        let text = number(abs(value))
        return (value < 0 && text != "0.0" ? "-" : "+") + text
    }

    /// Two decimals, and never a false 0 or 1.
    package static func probability(_ value: Double) -> String {
        if value > 0.995 { return "over 0.99" }
        if value < 0.005 { return "under 0.01" }
        return fixed(value, 2)
    }

    /// How many there are of something, such as "1 scan" and "7 scans".
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - one: the word for one; more have an s at its end.
    /// - Returns: the number with its word.
    package static func count(_ count: Int, _ one: String) -> String {
        "\(count) \(one)\(count == 1 ? "" : "s")"
    }

    /// A file's size, such as "20 MiB"; with a decimal where it is not whole.
    package static func size(bytes: Int) -> String {
        guard bytes >= 1024 else { return count(bytes, "byte") }
        let (unit, name) = bytes >= 1 << 20 ? (1 << 20, "MiB") : (1024, "KiB")
        return "\(fixed(Double(bytes) / Double(unit), bytes % unit == 0 ? 0 : 1)) \(name)"
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "unknown" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        // An Int ends near 9e18; no change that means anything comes near 1e15.
        let whole = Int(min(abs(value) * scale, 1e15).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
    }
}
