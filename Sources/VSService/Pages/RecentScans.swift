import Synchronization
import VSStore

/// The scans that were looked at last, so that scrolling does not unpack one for each slice.
final class RecentScans: Sendable {
    /// A scan has some tens of MB.
    private static let most = 4

    private let scans = Mutex<[ViewedScan]>([])

    /// A scan with the segmentation or the outlines that count now, if any do.
    ///
    /// - Throws: as ``ViewedScan``.
    func scan(_ id: Int64, in store: Store) throws -> ViewedScan {
        let basis = try ViewedScan.Basis(ofScan: id, in: store)
        let known = scans.withLock { scans in
            scans.first { $0.record.id == id && $0.basis == basis }
        }
        if let known { return known }
        let fresh = try ViewedScan(store, scan: id)
        scans.withLock { scans in
            scans.removeAll { $0.record.id == id }
            scans = [fresh] + scans.prefix(Self.most - 1)
        }
        return fresh
    }
}
