import ArgumentParser
import Foundation
import VSStore

/// The command `vsdb user password`.
struct UserPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give a user a password to log in with.",
        discussion: """
            Asks for it at the terminal, twice and without showing it; otherwise it is the first line of \
            standard input. It has 12 to 200 characters, and only its scrypt hash is stored. A new \
            password ends the user's sessions and lifts a lock after wrong ones.

              vsdb user password alice
              vsdb user password alice < password.txt
            """)

    @Argument(help: ArgumentHelp("The user's name.", valueName: "name"))
    var name: String
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        _ = try store.user(name)
        try store.setPassword(try Self.password(), forUser: name)
        print("\(name): password set.")
    }

    private static func password() throws -> String {
        guard isatty(STDIN_FILENO) != 0 else { return readLine() ?? "" }
        let first = try asked("password: ")
        guard try asked("again: ") == first else {
            throw ValidationError("The two are not the same; nothing was changed.")
        }
        return first
    }

    /// A line of the terminal that is not shown.
    private static func asked(_ question: String) throws -> String {
        guard let text = getpass(question) else {
            throw ValidationError("The terminal cannot be read; give the password by a pipe.")
        }
        return String(cString: text)
    }
}
