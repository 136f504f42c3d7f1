import VSGrowth
import VSReport
import VSSegmentation
import VSSurveillance

/// The table of what an import of a data set did.
struct DatasetImportReport {
    private let listing: DatasetListing
    private let done: [DatasetImport]?

    /// A report of an import; without one, of what would be imported.
    init(_ listing: DatasetListing, _ done: [DatasetImport]? = nil) {
        self.listing = listing
        self.done = done
    }

    func show(_ output: OutputOptions) throws {
        var table = TextTable([
            .init("case", key: "case"), .init("patient", key: "patient"),
            .init("exam", key: "examDate"), .init("sequence", key: "sequence"),
            .init("side", key: "side"), .init("volume mm³", key: "volumeMm3", .right),
            .init("scan", key: "scan", .right), .init("state", key: "state"),
            .init("remark", key: "remark"),
        ])
        if let done {
            for one in done { add(one, to: &table) }
        } else {
            for exam in listing.exams { add(exam, to: &table) }
        }
        for other in listing.leftOut {
            table.add([
                .text(other.name), .none, .none, .none, .none, .none, .none, .text("left out"),
                .text(other.reason),
            ])
        }
        try output.show(table, empty: "The folder holds no exam.")
        guard output.format == .table, let done else { return }
        let new = done.count { $0.isNew }
        let omitted = done.count { $0.reason != nil } + listing.leftOut.count
        let known = done.count { !$0.isNew && $0.reason == nil }
        print(
            "\(new) imported, \(known) registered already, \(omitted) left out; "
                + "\(done.count { !$0.tumours.isEmpty }) with an outline.")
    }

    private func add(_ one: DatasetImport, to table: inout TextTable) {
        let exam = one.exam
        let state = one.reason != nil ? "left out" : one.isNew ? "imported" : "registered already"
        var remark = one.reason.map { [$0] } ?? [exam.basis] + one.remarks
        if let job = one.job { remark.append("Job \(job) will segment it.") }
        let tumours: [(side: Side, volumeMm3: Double)?] =
            one.tumours.isEmpty ? [nil] : one.tumours.map { $0 }
        for tumour in tumours {
            table.add([
                .text(exam.name), .text(exam.patient), .text(exam.date.iso), .text(exam.sequence),
                tumour.map { .text($0.side.rawValue) } ?? .none,
                tumour.map { .volume($0.volumeMm3) } ?? .none,
                one.scan.map { .integer(Int($0)) } ?? .none, .text(state),
                .text(remark.joined(separator: "; ")),
            ])
        }
    }

    private func add(_ exam: DatasetExam, to table: inout TextTable) {
        table.add([
            .text(exam.name), .text(exam.patient), .text(exam.date.iso), .text(exam.sequence),
            .none, .none, .none, .text(exam.truth == nil ? "no truth" : "with truth"),
            .text(([exam.basis] + exam.remarks).joined(separator: "; ")),
        ])
    }
}
