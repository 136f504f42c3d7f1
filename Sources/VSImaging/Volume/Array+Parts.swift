import Dispatch
import Foundation

extension Array where Element: BitwiseCopyable & Sendable {
    /// An array that is made in parts, on all processors at once, which also share the cost of touching new
    /// memory for the first time.
    ///
    /// - Parameters:
    ///   - count: how many elements.
    ///   - parts: how many parts; nil for a few per processor, so that what is made must not depend on
    ///     where one part ends.
    ///   - fill: writes every element of one part; told which elements these are and where they lie.
    package init(
        count: Int, parts: Int? = nil,
        fill: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        self.init(unsafeUninitializedCapacity: count) { buffer, filled in
            let all = Shared(pointer: buffer)
            let parts = parts ?? Self.parts(of: count)
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let range = count * part / parts..<count * (part + 1) / parts
                fill(range, UnsafeMutableBufferPointer(rebasing: all.pointer[range]))
            }
            filled = count
        }
    }

    /// Calls `body` with parts of the array that together are all of it, on all processors at once.
    package func forEachPart(_ body: @Sendable (UnsafeBufferPointer<Element>) -> Void) {
        let parts = Self.parts(of: count)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            withUnsafeBufferPointer { all in
                let range = count * part / parts..<count * (part + 1) / parts
                body(UnsafeBufferPointer(rebasing: all[range]))
            }
        }
    }

    private static func parts(of count: Int) -> Int {
        Swift.max(1, Swift.min(4 * ProcessInfo.processInfo.activeProcessorCount, count >> 16))
    }
}

/// A pointer that several threads write through, each to elements of its own.
private struct Shared<Element>: @unchecked Sendable {
    // Sound because each iteration of concurrentPerform gets a range of its own.
    let pointer: UnsafeMutableBufferPointer<Element>
}
