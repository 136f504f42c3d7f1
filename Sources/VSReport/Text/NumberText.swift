import Foundation

/// Numbers as text, the same in every locale.
public enum NumberText {
    /// With a fixed number of decimals.
    public static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// With its sign and a fixed number of decimals.
    public static func signed(_ value: Double, _ decimals: Int) -> String {
        (value >= 0 ? "+" : "") + fixed(value, decimals)
    }

    /// A volume in mm³: whole above ten, one decimal below.
    public static func volume(_ mm3: Double) -> String { fixed(mm3, mm3 < 10 ? 1 : 0) }

    /// A signed percentage: whole above ten, one decimal below.
    public static func percent(_ value: Double) -> String {
        (value >= 0 ? "+" : "") + fixed(value, abs(value) < 9.95 ? 1 : 0)
    }

    /// Minutes and seconds, or hours and minutes.
    public static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d h %02d min", whole / 3600, whole / 60 % 60)
    }

    /// A time of day, such as 06:30.
    public static func clock(minutes: Int) -> String {
        String(format: "%02d:%02d", minutes / 60, minutes % 60)
    }

    /// A probability with two decimals, and never a false 0 or 1.
    public static func probability(_ value: Double) -> String {
        value > 0.995 ? ">0.99" : value < 0.005 ? "<0.01" : fixed(value, 2)
    }
}
