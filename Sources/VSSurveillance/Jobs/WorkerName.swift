import Foundation

/// The name of a worker.
///
/// It is made of the machine's start, the process-number space, the process number, the process's start
/// and a number of chance. From it another worker of this machine can tell whether the process still runs.
public struct WorkerName: Sendable, Hashable {
    /// The name as the queue keeps it.
    public let text: String

    /// A new name for a worker in this process.
    public init() {
        let pid = getpid()
        text = [
            Self.machine, "\(pid)", Self.start(of: pid) ?? "0",
            String(UInt32.random(in: 0 ... .max), radix: 16),
        ].joined(separator: ":")
    }

    /// Whether a worker's process has ended, as far as this process can know; false for one of another
    /// machine or container, whose lease has to run out.
    public static func isGone(_ name: String) -> Bool {
        let parts = name.split(separator: ":").map(String.init)
        guard parts.count == 5, "\(parts[0]):\(parts[1])" == machine, let pid = Int32(parts[2])
        else { return false }
        return start(of: pid) != parts[3]
    }

    /// The process number in a name, for people; the name where it has none.
    public static func process(_ name: String) -> String {
        let parts = name.split(separator: ":")
        return parts.count == 5 ? "process \(parts[2])" : name
    }

    private static let machine: String = {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))
        let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        let digits = (space ?? "").filter(\.isNumber)
        return "\((boot ?? "unknown").prefix(8)):\(digits.isEmpty ? "0" : digits)"
    }()

    /// When a process started, in the machine's ticks; nil where it does not run, or is only waiting to be
    /// reaped.
    private static func start(of pid: Int32) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            // The program's name may hold blanks and brackets.
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }
}
