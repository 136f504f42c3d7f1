import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb token`.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke tokens for the HTTP service.",
        subcommands: [
            TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self,
        ])
}

/// The command `vsdb token create`.
struct TokenCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token for a user and print it, once.",
        discussion: """
            Only the token's hash is stored; a lost token is revoked and another one made.

              vsdb token create alice --name laptop --expires 2027-01-31
              vsdb token create scanner --name intake --format json
            """)

    @Argument(help: ArgumentHelp("The user's name.", valueName: "user"))
    var user: String
    @Option(help: ArgumentHelp("What the token is for.", valueName: "name"))
    var name: String
    @Option(help: ArgumentHelp("The last day it is good for.", valueName: "YYYY-MM-DD"))
    var expires: ExamDate?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if let expires, expires < ExamDate.today {
            throw ValidationError("--expires is a day to come, not \(expires.iso).")
        }
    }

    func run() throws {
        let text = try database.store().createToken(forUser: user, name: name, expiresOn: expires)
        guard output.format != .table else { return print(text) }
        var fields = FieldList()
        fields.add("user", key: "user", .text(user))
        fields.add("name", key: "name", .text(name))
        fields.add("good until", key: "expiresOn", expires.map { .text($0.iso) } ?? .none)
        fields.add("token", key: "token", .text(text))
        try fields.show(output)
    }
}

/// The command `vsdb token list`.
struct TokenListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens, without their text.",
        discussion: """
              vsdb token list
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        var table = TextTable([
            .init("token", key: "token", .right), .init("user", key: "user"),
            .init("name", key: "name"), .init("made", key: "createdAt"),
            .init("good until", key: "expiresOn"), .init("revoked", key: "revokedAt"),
        ])
        for token in try database.store().tokens() {
            table.add([
                .integer(Int(token.id)), .text(token.user), .text(token.name),
                .text(token.createdAt), token.expiresOn.map { .text($0.iso) } ?? .none,
                token.revokedAt.map { .text($0) } ?? .none,
            ])
        }
        try output.show(table, empty: "There is no token yet.")
    }
}

/// The command `vsdb token revoke`.
struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a token back.",
        discussion: """
              vsdb token revoke 3
            """)

    @Argument(help: ArgumentHelp("The token's number, of 'vsdb token list'.", valueName: "token"))
    var token: Int64
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let isChanged = try database.store().revokeToken(token)
        print(isChanged ? "Token \(token): revoked." : "Token \(token): revoked already.")
    }
}
