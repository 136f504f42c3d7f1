import ArgumentParser
import Foundation
import VSReport
import VSStore

/// The command `vsdb user`.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add, list, change and disable users of the HTTP service.",
        subcommands: [
            UserAddCommand.self, UserListCommand.self, UserPasswordCommand.self,
            UserRoleCommand.self, UserDisableCommand.self,
        ])
}

/// The command `vsdb user add`.
struct UserAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user.",
        discussion: """
            viewer, clinician and administrator may read, the latter two also review and acknowledge; a \
            device may not. People log in with a password ('vsdb user password'), programs ask with a \
            token ('vsdb token create').

              vsdb user add alice --role clinician
            """)

    @Argument(help: ArgumentHelp("The user's name.", valueName: "name"))
    var name: String
    @Option(help: ArgumentHelp("What the user may do.", valueName: "role"))
    var role: Role
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try database.store().addUser(name, role: role)
        print("\(name): added as \(role.rawValue).")
    }
}

/// The command `vsdb user list`.
struct UserListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the users.",
        discussion: """
            A user is locked for a while after wrong passwords; a new password lifts that.

              vsdb user list --format json
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        var table = TextTable([
            .init("user", key: "user"), .init("role", key: "role"),
            .init("disabled", key: "isDisabled"), .init("locked until", key: "lockedUntil"),
            .init("added", key: "createdAt"),
        ])
        let now = Date()
        for user in try database.store().users() {
            table.add([
                .text(user.name), .text(user.role.rawValue), .flag(user.isDisabled),
                user.isLocked(at: now) ? .text(user.lockedUntil ?? "") : .none,
                .text(user.createdAt),
            ])
        }
        try output.show(table, empty: "There is no user yet.")
    }
}

/// The command `vsdb user role`.
struct UserRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Give a user another role.",
        discussion: """
            Ends the user's sessions; tokens go on with the new role. A device does not log in, so its \
            password is forgotten. The only administrator stays one.

              vsdb user role alice clinician
            """)

    @Argument(help: ArgumentHelp("The user's name.", valueName: "name"))
    var name: String
    @Argument(help: ArgumentHelp("What the user may do.", valueName: "role"))
    var role: Role
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let isChanged = try database.store().setUser(name, role: role)
        print("\(name): \(role.rawValue)\(isChanged ? "" : " already").")
    }
}

/// The command `vsdb user disable`.
struct UserDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Shut a user out; the user's tokens no longer hold.",
        discussion: """
            Users are never deleted, as the audit names them. The only administrator cannot be disabled.

              vsdb user disable alice
              vsdb user disable alice --undo
            """)

    @Argument(help: ArgumentHelp("The user's name.", valueName: "name"))
    var name: String
    @Flag(help: "Let the user in again.")
    var undo = false
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let isChanged = try database.store().setUser(name, isDisabled: !undo)
        let state = undo ? "enabled" : "disabled"
        print(isChanged ? "\(name): \(state)." : "\(name): \(state) already.")
    }
}
