public import VSStore

extension FieldList {
    /// The facts as a table of two columns.
    public var table: TextTable {
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value", .prose)])
        add(to: &table)
        return table
    }
}

extension TextTable {
    /// Lines of the audit.
    public init(audit lines: [AuditLine]) {
        self.init([
            .init("line", key: "line", .right), .init("at", key: "at"), .init("who", key: "actor"),
            .init("what", key: "action"), .init("of whom or what", key: "subject"),
            .init("detail", key: "detail", .prose),
        ])
        for line in lines {
            add([
                .integer(Int(line.id)), .text(line.at), .text(line.actor), .text(line.action),
                .text(line.subject), .text(line.detail),
            ])
        }
    }

    /// Users of the service.
    public init(users: [UserRecord]) {
        self.init([
            .init("name", key: "name"), .init("role", key: "role"),
            .init("disabled", key: "isDisabled"), .init("since", key: "createdAt"),
        ])
        for user in users {
            add([
                .text(user.name), .text(user.role.rawValue), .flag(user.isDisabled),
                .text(user.createdAt),
            ])
        }
    }
}
