/// Numbers as text, the same in every locale.
enum Words {
    /// With one decimal below ten, none above.
    static func number(_ value: Double) -> String {
        abs(value) < 9.95 ? fixed(value, 1) : fixed(value, 0)
    }

    /// The same with a sign.
    static func signed(_ value: Double) -> String {
        (value >= 0 ? "+" : "-") + number(abs(value))
    }

    /// Two decimals, and never a false 0 or 1.
    static func probability(_ value: Double) -> String {
        if value > 0.995 { return "over 0.99" }
        if value < 0.005 { return "under 0.01" }
        return fixed(value, 2)
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
    }
}
