import Synchronization
import VSStore
import VSSurveillance

/// Counts of requests since the start, in Prometheus' text format.
///
/// No patient is in them.
final class ServiceMetrics: Sendable {
    private struct Series: Hashable, Comparable {
        let method: String
        let path: String
        let status: Int

        static func < (one: Series, other: Series) -> Bool {
            (one.path, one.method, one.status) < (other.path, other.method, other.status)
        }

        var labels: String { "method=\"\(method)\",path=\"\(path)\",status=\"\(status)\"" }
    }

    private struct Total {
        var count = 0
        var seconds = 0.0
    }

    /// Other methods are counted together, so that a client cannot fill the memory with names.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    private let totals = Mutex<[Series: Total]>([:])

    /// Counts an answered request; `path` is the route's template, nil for none.
    func count(method: String, path: String?, status: Int, took: Duration) {
        let series = Series(
            method: Self.methods.contains(method) ? method : "other", path: path ?? "none",
            status: status)
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
        totals.withLock {
            $0[series, default: Total()].count += 1
            $0[series, default: Total()].seconds += seconds
        }
    }

    /// All counts as text, and how many jobs are in each state.
    func text(jobs: [JobState: Int]) -> String {
        let all = totals.withLock { $0 }.sorted { $0.key < $1.key }
        var lines = [
            "# HELP vsdb_info The program's version.", "# TYPE vsdb_info gauge",
            "vsdb_info{version=\"\(SoftwareVersion.current)\"} 1",
            "# HELP vsdb_http_requests_total Answered requests.",
            "# TYPE vsdb_http_requests_total counter",
        ]
        for (series, total) in all {
            lines.append("vsdb_http_requests_total{\(series.labels)} \(total.count)")
        }
        lines.append("# HELP vsdb_http_request_duration_seconds Time to make the answer.")
        lines.append("# TYPE vsdb_http_request_duration_seconds summary")
        for (series, total) in all {
            let name = "vsdb_http_request_duration_seconds"
            lines.append("\(name)_sum{\(series.labels)} \(total.seconds)")
            lines.append("\(name)_count{\(series.labels)} \(total.count)")
        }
        lines.append("# HELP vsdb_jobs Jobs of the queue.")
        lines.append("# TYPE vsdb_jobs gauge")
        for state in JobState.allCases {
            lines.append("vsdb_jobs{state=\"\(state.rawValue)\"} \(jobs[state, default: 0])")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
