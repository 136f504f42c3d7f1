import Foundation

/// One self-contained HTML page of a patient's growth: no script, no reference to anything outside it.
///
/// Each tumour fills one A4 sheet when printed.
public struct GrowthPage: Sendable {
    /// One tumour.
    public struct Section: Sendable {
        /// For example "P001, left".
        public var title: String
        /// The class in words, and whether it is flagged.
        public var growthClass: String
        /// Whether somebody should look at it.
        public var isFlagged: Bool
        /// The numbers that decided.
        public var sentence: String
        /// Rates, what is expected, treatments: a line each.
        public var lines: [String]
        /// The exams.
        public var table: TextTable
        /// What the table leaves out, if anything.
        public var tableNote: String?
        /// Draws the curve.
        public var chart: GrowthChart
        /// The matched slices, and what a reader who cannot see them is told.
        public var sheet: ContactSheet?
        /// In words, what the sheet shows.
        public var sheetText: String

        /// Makes a section.
        public init(
            title: String, growthClass: String, isFlagged: Bool, sentence: String,
            lines: [String], table: TextTable, tableNote: String?, chart: GrowthChart,
            sheet: ContactSheet?, sheetText: String
        ) {
            self.title = title
            self.growthClass = growthClass
            self.isFlagged = isFlagged
            self.sentence = sentence
            self.lines = lines
            self.table = table
            self.tableNote = tableNote
            self.chart = chart
            self.sheet = sheet
            self.sheetText = sheetText
        }
    }

    /// The tumours.
    public var sections: [Section]
    /// What measured and judged: model and hash, program, rule, the day the page was made.
    public var provenance: [String]

    /// Makes a page.
    public init(sections: [Section], provenance: [String]) {
        self.sections = sections
        self.provenance = provenance
    }

    /// Writes the page, whole or not at all.
    ///
    /// - Throws: ``ReportError`` where it cannot be written.
    public func write(to path: String) throws {
        let text = try html()
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(
                .unwritable, subject: path, message: "The page cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    private func html() throws -> String {
        let title = sections.map(\.title).joined(separator: "; ")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            img-src data:; style-src 'unsafe-inline'">
            <title>Growth of \(escaped(title))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            \(try sections.map(article).joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private func article(_ section: Section) throws -> String {
        let lines = section.lines.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n")
        let sheet = try section.sheet.map { sheet in
            """
            <figure>
            <figcaption>\(escaped(section.sheetText))</figcaption>
            <img class="sheet" alt="\(escaped(section.sheetText))" \
            src="\(try Self.embedded("png", sheet.write(to:)))">
            </figure>
            """
        }
        return """
            <article>
            <header>
            <h1>\(escaped(section.title))</h1>
            <p class="class\(section.isFlagged ? " flagged" : "")">\
            \(section.isFlagged ? "⚑ " : "")\(escaped(section.growthClass))</p>
            </header>
            <p class="use">\(escaped(researchLine))</p>
            <p>\(escaped(section.sentence))</p>
            <img class="chart" alt="\(escaped("Volume over time: " + section.sentence))" \
            src="\(try Self.embedded("svg") { try section.chart.write(to: $0) })">
            \(section.table.html())
            \(section.tableNote.map { "<p class=\"note\">\(escaped($0))</p>" } ?? "")
            <ul>
            \(lines)
            </ul>
            \(sheet ?? "<p class=\"note\">\(escaped(section.sheetText))</p>")
            <footer>
            \(provenance.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n"))
            </footer>
            </article>
            """
    }

    /// A picture as an address that holds it.
    private static func embedded(_ ending: String, _ write: (String) throws -> Void) throws
        -> String
    {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "vsdb-\(UInt64.random(in: 0 ... .max)).\(ending)")
        defer { try? FileManager.default.removeItem(at: file) }
        try write(file.path)
        let type = ending == "svg" ? "image/svg+xml" : "image/png"
        return "data:\(type);base64,\(try Data(contentsOf: file).base64EncodedString())"
    }

    /// For the screen and for A4 on paper.
    private static let style = """

        @page { size: A4; margin: 11mm 13mm; }
        body { font: 10pt/1.35 system-ui, "DejaVu Sans", sans-serif; color: #20262e; \
        background: #fff; max-width: 190mm; margin: 0 auto; padding: 4mm; }
        article + article { margin-top: 12mm; border-top: 1px solid #ccc; padding-top: 6mm; }
        header { display: flex; justify-content: space-between; align-items: baseline; gap: 1em; }
        h1 { font-size: 15pt; margin: 0; }
        p { margin: 0.35em 0; }
        .class { font-size: 12pt; font-weight: 600; }
        .flagged { color: #a83c00; }
        .use { color: #a83c00; font-size: 8.5pt; }
        .note, footer { color: #565d66; font-size: 8pt; }
        .chart { display: block; width: 100%; max-width: 150mm; margin: 0 auto; }
        .sheet { display: block; max-width: 100%; }
        figure { margin: 0.5em 0; break-inside: avoid; }
        figcaption { font-size: 8.5pt; color: #565d66; }
        table { border-collapse: collapse; width: 100%; font-size: 8.5pt; }
        th, td { text-align: left; padding: 0.12em 0.5em; border-bottom: 1px solid #e0e3e7; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        ul { margin: 0.4em 0; padding-left: 1.2em; font-size: 8.5pt; }
        footer { margin-top: 0.6em; border-top: 1px solid #e0e3e7; overflow-wrap: anywhere; }
        @media print {
          body { padding: 0; max-width: none; font-size: 9pt; }
          article { break-after: page; }
          article:last-child { break-after: auto; }
          article + article { margin: 0; border: 0; padding: 0; }
          .chart { max-width: 118mm; }
        }

        """
}
