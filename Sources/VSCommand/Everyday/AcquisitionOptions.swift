import ArgumentParser
import VSStore

/// How a scan was made, for files that do not say it themselves.
///
/// Exams that differ in it are compared with a wider error.
struct AcquisitionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The scanner; default: what DICOM tags say. Exams that differ in one of these three are \
            compared with a wider error; what is unknown counts as unchanged.
            """, valueName: "name"))
    var scanner: String?
    @Option(help: ArgumentHelp("Its field strength.", valueName: "tesla"))
    var fieldStrength: Double?
    @Flag(inversion: .prefixedNo, help: "Whether contrast medium was given.")
    var contrast: Bool?

    /// What was typed.
    var acquisition: Acquisition {
        Acquisition(fieldStrengthT: fieldStrength, scanner: scanner, hasContrast: contrast)
    }
}
