import ArgumentParser
import Foundation
import VSGrowth
import VSImaging
import VSPhantom
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb import outlines`.
struct ImportOutlinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outlines", abstract: "Make patients of tumours outlined in series.",
        discussion: """
            Reads JSON, gzip or plain: an object of subjects, each with 'structures', a list of \
            'name', 'drawn_on' and 'polygons_lps_mm' (closed polygons of points in mm, DICOM LPS). \
            Without a file, the real outlines that come with the program (CC BY 4.0, see \
            Resources/outlines/SOURCES.md): tumours at radiosurgery and, of some, after it.

            Subjects with an outline at treatment (TV, AN) and at least one dated by its name (Vol 2y, \
            Vol2016) become patients, with radiosurgery on the day of the first. Collections have no \
            dates: the day of treatment is assumed, and each exam says how its day is known. The same \
            outline again changes nothing.

              vsdb import outlines --subject sub-044 --subject sub-038
              vsdb growth sub-044
            """)

    @Argument(
        help: ArgumentHelp("The file; without it, the program's own outlines.", valueName: "file"),
        completion: .file())
    var file: String?
    @Option(
        help: ArgumentHelp("Only this subject; may be given again.", valueName: "name"))
    var subject: [String] = []
    @Option(help: ArgumentHelp("The day assumed for treatment.", valueName: "YYYY-MM-DD"))
    var baseline = "2014-01-01"
    @Option(help: ArgumentHelp("Who is named as having drawn them.", valueName: "name"))
    var reader = "imported"
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        guard let day = ExamDate(iso: baseline), day <= .today else {
            throw StoreError(
                .invalid, subject: baseline, message: "This is no past day.",
                remedy: "Give the assumed day of treatment as YYYY-MM-DD.")
        }
        let subjects = try chosen()
        let surveillance = try database.surveillance()
        let name = file.map { ($0 as NSString).lastPathComponent } ?? "outlines.json"
        let imports = try subjects.map {
            try surveillance.importOutlines(
                of: $0, baseline: day, reader: reader, sourceName: name)
        }
        try show(imports)
    }

    /// The subjects asked for, else all that have a follow-up, or only another tumour to be told of.
    private func chosen() throws -> [OutlinedSubject] {
        let all = try file.map { try OutlineFile.read($0) } ?? bundled()
        for name in subject where !all.contains(where: { $0.id == name }) {
            throw StoreError(
                .unknown, subject: name, message: "The collection has no subject of this name.",
                remedy: "Without --subject all subjects with follow-ups are imported.")
        }
        guard subject.isEmpty else { return all.filter { subject.contains($0.id) } }
        return all.filter { one in
            let names = one.structures.map { OutlineName($0.name) }
            let isOther = names.contains(.meningioma) && !names.contains(.baseline)
            return isOther
                || names.contains { name in
                    switch name {
                    case .after, .inYear, .unclear: true
                    default: false
                    }
                }
        }
    }

    private func bundled() throws -> [OutlinedSubject] {
        let outlines = try TumourOutlines.bundled()
        return outlines.subjects.map { subject in
            OutlinedSubject(
                id: subject.id,
                structures: subject.structures.map {
                    OutlinedSubject.Structure(
                        name: $0.name, drawnOn: $0.drawnOn,
                        polygons: $0.polygonsMm(unitMm: outlines.unitMm))
                })
        }
    }

    private func show(_ imports: [OutlineImport]) throws {
        var table = TextTable([
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("outline", key: "outline"), .init("exam", key: "examDate"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("planimetric mm³", key: "planimetricVolumeMm3", .right),
            .init("scan", key: "scan", .right), .init("remark", key: "remark"),
        ])
        for done in imports {
            for exam in done.exams {
                table.add([
                    .text(done.patient), done.side.map { .text($0.rawValue) } ?? .none,
                    .text(exam.name), .text(exam.date.iso), .volume(exam.volumeMm3),
                    .volume(exam.planimetricMm3), exam.scan.map { .integer(Int($0)) } ?? .none,
                    .text(exam.scan == nil ? "registered already" : exam.basis),
                ])
            }
            for other in done.leftOut {
                table.add([
                    .text(done.patient), .none, .text(other.name), .none, .none, .none, .none,
                    .text("left out: \(other.reason)"),
                ])
            }
        }
        try output.show(table, empty: "No subject has a follow-up.")
    }
}
