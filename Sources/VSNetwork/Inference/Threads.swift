import CKernels

/// The threads that the kernels use, for the whole process.
public enum Threads {
    /// How many are in use.
    public static var count: Int { Int(vsdb_threads()) }

    /// Sets the number; zero or less means one per processor.
    ///
    /// Results do not depend on it.
    public static func use(_ count: Int) { vsdb_set_threads(Int32(clamping: count)) }
}

/// The kernels' instruction set, for the whole process.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// AVX-512.
    case avx512
    /// AVX2 with FMA.
    case avx2
    /// Any processor.
    case portable

    /// The one in use.
    public static var current: InstructionSet {
        InstructionSet(rawValue: String(cString: vsdb_isa_name())) ?? .portable
    }

    /// Uses this one from now on; false where the processor lacks it.
    @discardableResult
    public func use() -> Bool { vsdb_set_isa(rawValue) == 0 }
}
