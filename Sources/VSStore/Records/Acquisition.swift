/// How a scan was made, as far as it is known; what is nil never counts as a change between exams.
public struct Acquisition: Sendable, Hashable, Codable {
    /// The field strength, T.
    public var fieldStrengthT: Double?
    /// The scanner: manufacturer and model, or what a person calls it.
    public var scanner: String?
    /// Whether contrast medium was given.
    public var hasContrast: Bool?

    /// Makes a record; what is nil is unknown.
    public init(
        fieldStrengthT: Double? = nil, scanner: String? = nil, hasContrast: Bool? = nil
    ) {
        self.fieldStrengthT = fieldStrengthT
        self.scanner = scanner
        self.hasContrast = hasContrast
    }

    /// Whether anything is known.
    public var isKnown: Bool { self != Acquisition() }

    /// Checks what a person typed.
    ///
    /// - Throws: ``StoreError`` for a field strength beyond 0.01 to 30 T, or a scanner's name that is
    ///   empty, longer than 200 characters, or holds control characters.
    public func check() throws(StoreError) {
        if let fieldStrengthT, !(0.01...30).contains(fieldStrengthT) {
            throw StoreError(
                .invalid, subject: "field strength",
                message: "\(fieldStrengthT) T is no scanner's field strength.",
                remedy: "Give it in tesla, for example --field-strength 1.5.")
        }
        guard let scanner else { return }
        let isPlain = scanner.unicodeScalars.allSatisfy { !$0.properties.isControl }
        guard (1...200).contains(scanner.count), isPlain else {
            throw StoreError(
                .invalid, subject: "scanner",
                message: "A scanner's name has 1 to 200 characters and no control characters.",
                remedy: "Give another name with --scanner.")
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
