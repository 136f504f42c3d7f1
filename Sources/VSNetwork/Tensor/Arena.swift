import Foundation

/// Memory for activations, aligned to 64 bytes and zero at first.
package final class Arena {
    package let base: UnsafeMutablePointer<Float>
    /// The number of floats.
    package let count: Int
    private let bytes: Int

    /// Takes `count` floats from the system.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - isLasting: whether they are used for so long that the time of their first touch is nothing.
    /// - Throws: ``NetworkError`` where the system has not that much memory.
    package init(count: Int, isLasting: Bool = false) throws(NetworkError) {
        bytes = max(count, 16) * MemoryLayout<Float>.stride
        // Straight from the system: zero without a pass of ours, and first touched by the threads
        // that use it, which share the cost of clearing the pages.
        let pointer = mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pointer, pointer != MAP_FAILED else {
            throw NetworkError(
                .window, subject: "memory",
                message: "The network needs \(bytes >> 20) MiB, and the system does not give it.",
                remedy: "Use a smaller window or a lower memory limit.")
        }
        // Large pages make a step of training a little faster and no other run; a virtual machine that
        // gives free ones back to its host pays five times as much for their first touch.
        if isLasting { madvise(pointer, bytes, 14) }
        base = pointer.bindMemory(to: Float.self, capacity: max(count, 16))
        self.count = count
    }

    deinit { munmap(base, bytes) }
}

/// Hands out parts of an arena one after the other; they live as long as the arena.
package struct ArenaCursor {
    private var offset = 0
    private let arena: Arena?

    /// Counts only: no memory behind it.
    package init() { arena = nil }

    /// Hands out parts of `arena`.
    package init(_ arena: Arena) { self.arena = arena }

    /// The number of floats handed out so far.
    package var used: Int { offset }

    /// A new tensor.
    ///
    /// Without an arena only sizes are planned, and its memory must not be touched.
    package mutating func tensor(
        batch: Int, blocks: Int, lanes: Int = 16, shape: WindowShape
    ) -> Activation {
        let size = Activation.size(batch: batch, blocks: blocks, lanes: lanes, shape: shape)
        let memory =
            arena.map { $0.base + offset }
            ?? UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped
        offset += size
        return Activation(
            memory: memory, batch: batch, blocks: blocks, lanes: lanes, shape: shape)
    }
}
