import VSReport

extension PageAddress {
    /// A chart in a page, dark where the page is; on a narrow screen it scrolls, to stay readable.
    ///
    /// - Parameters:
    ///   - address: of the chart in light colours.
    ///   - size: width and height, pixels.
    ///   - text: what somebody who cannot see it is told.
    /// - Returns: HTML.
    static func chart(
        at address: String, size: (width: Int, height: Int), _ text: String
    ) -> String {
        let dark = address + (address.contains("?") ? "&" : "?") + "scheme=dark"
        return """
            <div class="scroll chart" tabindex="0" role="group" aria-label="Chart"><picture>
            <source srcset="\(escaped(dark))" media="(prefers-color-scheme: dark)">
            <img src="\(escaped(address))" width="\(size.width)" height="\(size.height)" \
            alt="\(escaped(text))">
            </picture></div>
            """
    }

    /// A chart as a picture, on the paper that is asked for.
    static func svg(
        _ visit: Visit, _ write: (String, ChartScheme) throws -> Void
    ) throws -> Content {
        let scheme = try visit.question.scheme()
        return .picture(
            try Answer(ending: ".svg", type: "image/svg+xml") { try write($0, scheme) })
    }
}
