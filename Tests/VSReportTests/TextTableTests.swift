import Foundation
import Testing
import VSReport

struct TextTableTests {
    private func table() -> TextTable {
        var table = TextTable([
            .init("patient", key: "patient"), .init("volume mm³", key: "volumeMm3", .right),
            .init("flag", key: "isFlagged"),
        ])
        table.add([.text("Ærø-1"), .number(1234.5, "1234"), .flag(true)], isEmphasised: true)
        table.add([.text("B"), .none, .flag(false)])
        return table
    }

    @Test("an encoder writes what the dictionaries hold")
    func encoded() throws {
        var table = table()
        table.add([.text("\"/\u{1F600}"), .number(.infinity, "-"), .integer(3)])
        let data = try JSONEncoder().encode(table)
        let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [NSDictionary])
        #expect(rows == table.objects.map { $0 as NSDictionary })
    }

    @Test("words stand at the left, numbers at the right, blanks at line ends are cut")
    func alignment() {
        #expect(
            table().text() == """
                patient  volume mm³  flag
                Ærø-1          1234  yes
                B                 -  no
                """)
    }

    @Test("colour codes come only where asked for, and change no letter")
    func colour() {
        let plain = table().text()
        let coloured = table().text(coloured: true)
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.contains("\u{1B}[1m") && coloured.contains("\u{1B}[2m"))
        #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == plain)
    }

    @Test("CSV has field names, full numbers, and empty cells for what is unknown")
    func csv() {
        #expect(
            table().csv == "patient,volumeMm3,isFlagged\nÆrø-1,1234.5,true\nB,,false")
    }

    @Test("a text cannot steer the terminal; CSV and JSON keep it as it is")
    func controlCharacters() {
        var table = TextTable([.init("a", key: "a")])
        table.add([.text("\u{1B}[2Jx\u{9B}y\u{7}")])
        #expect(table.text() == "a\n\u{FFFD}[2Jx\u{FFFD}y\u{FFFD}")
        #expect(table.csv == "a\n\u{1B}[2Jx\u{9B}y\u{7}")
        #expect(table.objects[0]["a"] as? String == "\u{1B}[2Jx\u{9B}y\u{7}")
    }

    @Test(
        "a text that a spreadsheet would take for a formula is marked as text; a number is not",
        arguments: ["=1+1", "+A1", "-1+2", "@SUM(A1)", "\tx"])
    func formulas(text: String) {
        var table = TextTable([.init("a", key: "a"), .init("b", key: "b")])
        table.add([.text(text), .number(-1, "-1")])
        #expect(table.csv == "a,b\n'\(text),-1.0")
    }

    @Test("a dash and a signed number stay as they are", arguments: ["-", "-3.2", "+48 %"])
    func signs(text: String) {
        var table = TextTable([.init("a", key: "a")])
        table.add([.text(text)])
        #expect(table.csv == "a\n\(text)")
    }

    @Test(
        "a CSV cell is quoted where RFC 4180 asks for it",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("a\rb", "\"a\rb\""),
            ("two\r\nlines", "\"two\r\nlines\""), ("a,\u{301}b", "\"a,\u{301}b\""),
            ("\"\u{301},", "\"\"\"\u{301},\""), ("=\u{301}1", "'=\u{301}1"),
        ])
    func quoting(cell: String, expected: String) {
        var table = TextTable([.init("a", key: "a"), .init("b", key: "b")])
        table.add([.text(cell), .integer(1)])
        #expect(table.csv == "a,b\n\(expected),1")
    }

    @Test(
        "what means something to a browser is escaped, also before an accent",
        arguments: [
            ("a & b", "a &amp; b"), ("<b>", "&lt;b&gt;"), ("\"'", "&quot;&#39;"),
            ("\"\u{301}x", "&quot;\u{301}x"), ("<\u{20D2}é", "&lt;\u{20D2}é"), ("é\r\n", "é\r\n"),
        ])
    func escaping(text: String, expected: String) {
        #expect(Array(escaped(text).utf8) == Array(expected.utf8))
    }

    @Test("JSON objects have null for what is unknown or not finite")
    func json() throws {
        var table = TextTable([
            .init("a", key: "a"), .init("b", key: "b"), .init("c", key: "c"),
        ])
        table.add([.none, .number(.infinity, "inf"), .integer(-3)])
        let object = try #require(table.objects.first)
        #expect(object["a"] is NSNull && object["b"] is NSNull)
        #expect(object["c"] as? Int == -3)
        #expect(JSONSerialization.isValidJSONObject(table.objects))
    }

    @Test("a list of fields is a table of two columns and an object of the same keys")
    func fields() {
        var facts = FieldList()
        facts.add("slice spacing mm", key: "sliceSpacingMm", .number(1.5, "1.500"))
        facts.add("finding", key: "finding", .none)
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
        facts.add(to: &table, prefix: "left ")
        #expect(
            table.csv == "field,value\nleft slice spacing mm,1.500\nleft finding,-")
        #expect(Set(facts.object.keys) == ["sliceSpacingMm", "finding"])
        #expect(facts.object["sliceSpacingMm"] as? Double == 1.5)
    }
}

struct NumberTextTests {
    @Test(
        "a volume is whole from ten on",
        arguments: [(9.94, "9.9"), (10.0, "10"), (1406.6, "1407"), (0.04, "0.0")])
    func volume(value: Double, text: String) { #expect(NumberText.volume(value) == text) }

    @Test(
        "a percentage has its sign",
        arguments: [(3.21, "+3.2"), (-3.21, "-3.2"), (0.0, "+0.0"), (55.4, "+55"), (-99.6, "-100")])
    func percent(value: Double, text: String) { #expect(NumberText.percent(value) == text) }

    @Test(
        "a probability is never a false 0 or 1",
        arguments: [(0.9999, ">0.99"), (0.00001, "<0.01"), (0.5, "0.50"), (0.975, "0.97")])
    func probability(value: Double, text: String) {
        #expect(NumberText.probability(value) == text)
    }
}

struct SparklineTests {
    @Test(
        "it rises and falls with the values",
        arguments: [
            ([1, 2, 3] as [Double], "▁▅█"), ([3, 1], "█▁"), ([5, 5, 5], "▄▄▄"), ([], ""),
            ([7], "▄"),
        ])
    func line(values: [Double], text: String) { #expect(Sparkline.text(values) == text) }
}
