import Dispatch
import Synchronization
import VSImaging
import VSStore
import VSSurveillance

/// What was computed for the viewer last: networks' maps, and how exams lie to those before.
final class RecentMaps: Sendable {
    private struct MapKey: Hashable {
        let segmentation: Int64
        let map: NetworkMap
    }

    private struct PairKey: Hashable {
        let scan, earlier: Int64
        let segmentation: Int64?
    }

    /// A map around a tumour has some MB, one of a scan without a tumour some tens.
    private static let mostMaps = 4
    private static let mostPairs = 50

    private let maps = Mutex<[(key: MapKey, map: ProbabilityMap)]>([])
    private let pairs = Mutex<[(key: PairKey, exam: PreviousExam)]>([])

    /// A map of a stored segmentation, computed where it is not known.
    ///
    /// - Throws: as `Surveillance.compute`.
    func map(
        _ map: NetworkMap, of stored: StoredScan, by surveillance: Surveillance
    ) throws -> ProbabilityMap {
        let key = MapKey(segmentation: stored.segmentation.id, map: map)
        if let known = maps.withLock({ list in list.first { $0.key == key } }) { return known.map }
        let fresh = try surveillance.compute(map, of: stored)
        maps.withLock { $0 = [(key, fresh)] + $0.prefix(Self.mostMaps - 1) }
        return fresh
    }

    /// The exam before a scan's, laid upon it where that is not known; nil where there is none.
    ///
    /// - Throws: as `Surveillance.previousExam`.
    func previous(of viewed: ViewedScan, by surveillance: Surveillance) throws -> PreviousExam? {
        let scan = viewed.record.id
        guard let earlier = try surveillance.previousScan(of: scan) else { return nil }
        let key = PairKey(
            scan: scan, earlier: earlier.scan, segmentation: viewed.basis.segmentation)
        if let known = pairs.withLock({ list in list.first { $0.key == key } }) {
            return known.exam
        }
        guard let fresh = try surveillance.previousExam(of: scan) else { return nil }
        pairs.withLock { $0 = [(key, fresh)] + $0.prefix(Self.mostPairs - 1) }
        return fresh
    }
}

/// One thread for what takes seconds, so that it holds up neither the other pages nor itself.
struct SlowWork: Sendable {
    private let queue = DispatchQueue(label: "vsdb.viewer")

    /// Runs a closure after those that were asked for before.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
