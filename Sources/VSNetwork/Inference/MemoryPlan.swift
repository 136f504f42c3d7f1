/// Places of tensors in one arena, reused by lifetime: first fit into the gaps that the dead leave.
struct MemoryPlan {
    /// One tensor's place, in floats.
    struct Place {
        let offset: Int
        let size: Int
    }

    private var live: [Place] = []
    /// Floats the arena needs.
    private(set) var peak = 0

    /// A place for `size` floats that no live tensor overlaps.
    mutating func reserve(_ size: Int) -> Place {
        var offset = 0
        for other in live.sorted(by: { $0.offset < $1.offset }) {
            if other.offset - offset >= size { break }
            offset = max(offset, other.offset + other.size)
        }
        let place = Place(offset: offset, size: size)
        live.append(place)
        peak = max(peak, offset + size)
        return place
    }

    /// Ends a tensor's life.
    mutating func release(_ place: Place) {
        live.removeAll { $0.offset == place.offset && $0.size == place.size }
    }
}
