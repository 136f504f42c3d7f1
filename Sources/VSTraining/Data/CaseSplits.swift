/// Which split each patient belongs to, from a CSV of two columns.
public struct CaseSplits: Sendable {
    private let table: SplitTable

    /// Reads a file, for example of lines `VS-SEG-001,training`.
    ///
    /// - Throws: ``TrainingError`` where it cannot be read or a line names no split.
    public init(path: String) throws(TrainingError) { table = try SplitTable(path: path) }

    /// The split of a patient, by the identifier or, for the public collection's `VS-SEG-nnn`, by the
    /// name `vs_gk_n` of its authors' own file; nil where the file names neither.
    public func split(ofPatient identifier: String) -> TrainingCase.Split? {
        if let split = table[identifier] { return split }
        guard let match = identifier.wholeMatch(of: /VS-SEG-0*(\d+)/) else { return nil }
        return table["vs_gk_\(match.output.1)"]
    }
}
