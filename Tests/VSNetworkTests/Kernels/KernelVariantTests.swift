import CKernels
import Testing
import VSNetwork

/// Every kernel, in every instruction set of this processor, against its definition in double.
///
/// The instruction set is the process's, and other tests compare bits: each test here is a process
/// of its own (an exit test), which nothing outside sees.
struct KernelVariantTests {
    /// Relative to the largest magnitude of the tensor: float32 sums of up to 600 products, whose
    /// rounding errors of 6e-8 add up like a random walk.
    static let tolerance = 2e-6
    /// For one rounded operation or two, without a sum.
    static let pointTolerance = 4e-7

    /// Runs `body` once in each instruction set that this processor has.
    static func inEachInstructionSet(_ body: (String) throws -> Void) rethrows {
        var tried: [InstructionSet] = []
        for set in InstructionSet.allCases where set.use() {
            #expect(InstructionSet.current == set)
            try body(set.rawValue)
            tried.append(set)
        }
        #expect(tried.contains(.portable))
    }

    /// Compares by the largest magnitude of what is expected.
    static func expectClose(
        _ actual: [Double], _ expected: [Double], _ what: String,
        tolerance: Double = KernelVariantTests.tolerance,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(actual.count == expected.count, "\(what)", sourceLocation: sourceLocation)
        let scale = expected.reduce(0) { max($0, abs($1)) }
        // A NaN must fail, so the comparison is written as what is wanted of each value.
        let wrong = zip(actual, expected).first { !(abs($0 - $1) <= tolerance * scale) }
        let found = wrong.map { "\($0.0) for \($0.1) of \(scale)" } ?? ""
        #expect(wrong == nil, "\(what): \(found)", sourceLocation: sourceLocation)
    }

    /// Compares a kernel's output, whose border must have stayed zero.
    static func expectClose(
        _ actual: BlockedTensor, _ expected: PlainTensor, _ what: String,
        tolerance: Double = KernelVariantTests.tolerance,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectClose(
            actual.plain.values, expected.values, what, tolerance: tolerance,
            sourceLocation: sourceLocation)
        #expect(actual.hasZeroBorder, "\(what): border", sourceLocation: sourceLocation)
    }

    @Test("an instruction set the processor lacks is refused and changes nothing")
    func refused() async {
        await #expect(processExitsWith: .success) {
            #expect(InstructionSet.portable.use())
            #expect(vsdb_set_isa("sse9") == -1)
            #expect(InstructionSet.current == .portable)
            for set in InstructionSet.allCases {
                let before = InstructionSet.current
                #expect(
                    set.use() ? InstructionSet.current == set : InstructionSet.current == before)
            }
        }
    }
}
