import Synchronization
import VSStore
import VSSurveillance

/// The scans that were looked at last, so that scrolling does not unpack one for each slice.
final class RecentScans: Sendable {
    /// A scan has some tens of MB.
    private static let most = 4

    private let scans = Mutex<[StoredScan]>([])

    /// A scan with the segmentation that counts now.
    ///
    /// - Throws: as `StoredScan`.
    func scan(_ id: Int64, in store: Store) throws -> StoredScan {
        let counts = try store.currentSegmentation(ofScan: id)?.id
        let known = scans.withLock { scans in
            scans.first { $0.record.id == id && $0.segmentation.id == counts }
        }
        if let known { return known }
        let fresh = try StoredScan(store, scan: id)
        scans.withLock { scans in
            scans.removeAll { $0.record.id == id }
            scans = [fresh] + scans.prefix(Self.most - 1)
        }
        return fresh
    }
}
