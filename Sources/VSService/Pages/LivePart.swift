import VSReport

/// A part of a page that a script keeps as the service has it.
struct LivePart: Sendable {
    /// HTML, in which every text is escaped.
    let html: String
    /// Whether what was awaited is there, so that the page has more to show.
    var isOver = false

    /// The part as an event.
    var event: EventStream.Look { isOver ? .last("end", html) : .change("change", html) }

    /// The part with the address of its events, for the script `live.js`.
    ///
    /// - Parameters:
    ///   - address: of the events.
    ///   - isSpoken: whether a screen reader says each change.
    /// - Returns: HTML.
    func box(at address: String, isSpoken: Bool = false) -> String {
        "<div data-live=\"\(escaped(address))\"\(isSpoken ? " role=\"status\"" : "")>\(html)</div>"
    }
}
