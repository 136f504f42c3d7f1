import VSNetwork

/// The network's memory in one segmentation, whose runs come one after the other: each takes over what
/// the last one had.
final class RunMemory {
    private var last: Workspace?

    /// The workspace that `make` gives when it is handed the last one.
    func workspace(_ make: (consuming Workspace?) throws -> Workspace) rethrows -> Workspace {
        let next = try make(last.take())
        last = next
        return next
    }
}
