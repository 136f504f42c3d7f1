import ArgumentParser
import VSPACS

/// The command `vsdb pacs`.
struct PACSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pacs", abstract: "Find, fetch and follow studies in a picture archive.",
        subcommands: [PACSFindCommand.self, PACSPullCommand.self, PACSFollowCommand.self])
}

/// Name and password for an archive.
struct ArchiveCredentials: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A file with one line NAME:PASSWORD that only its owner may read. Default: the variable \
            \(ArchiveAddress.variable), else none.
            """, valueName: "file"), completion: .file())
    var credentials: String?

    func address(_ url: String) throws -> ArchiveAddress {
        try ArchiveAddress(url, credentials: credentials)
    }
}

/// Which archive is asked over DICOMweb.
struct DICOMwebOptions: ParsableArguments {
    @Option(
        name: .customLong("dicomweb"),
        help: ArgumentHelp(
            "The archive's DICOMweb service, such as http://127.0.0.1:8042/dicom-web.",
            valueName: "url"))
    var url: String
    @OptionGroup var credentials: ArchiveCredentials

    func archive() throws -> DICOMwebArchive { DICOMwebArchive(try credentials.address(url)) }
}
