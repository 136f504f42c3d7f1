import Foundation
import VSGrowth
import VSImaging
import VSReport
import VSStore
import VSSurveillance

extension PageAddress {
    /// The viewer of an exam, and its slices.
    static let scans: [PageAddress] = [
        PageAddress(path: "/scans/{scan}", action: "read scan") { visit in
            let scan = try visit.question.number("scan")
            let document = try RecordDocument(scan: scan, in: visit.store)
            let (record, patient, _) = try visit.store.scan(scan)
            var body = [
                "<p><a href=\"/patients/\(PageShell.part(patient))\">\(escaped(patient))</a>, "
                    + "\(record.examDate.iso)</p>"
            ]
            let current = try visit.store.currentSegmentation(ofScan: scan)
            if current == nil { body.append(try NoOutline(record, in: visit.store).html) }
            body.append(try ScanViewer(visit, scan: scan).html)
            if visit.session.role.mayReview {
                let judged = try current?.id ?? visit.store.newestSegmentation(ofScan: scan)
                let forms = ReadingForms(
                    scan: scan, session: visit.session,
                    uploadLimitBytes: visit.uploadLimitBytes)
                body += [judged.map(forms.review) ?? "", forms.outline]
                body.append(forms.withdrawal(of: try visit.store.manualVolumes(ofScan: scan)))
            }
            for (name, table) in document.tables where !table.rows.isEmpty {
                let caption =
                    name == "readings"
                    ? "What readers said and drew" : "What the exam showed that is no number"
                body.append("<h2>\(name.capitalized)</h2>" + scrolling(table, caption: caption))
            }
            body.append(
                "<h2>Measurements</h2>" + scrolling(document.facts, caption: "Of this scan"))
            return .page(title: "Scan \(scan)", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/scans/{scan}/picture", action: "read slice") { visit in
            let view = try SliceView(visit.question)
            let viewed = try visit.scans.scan(visit.question.number("scan"), in: visit.store)
            let picture = view.picture(
                viewed, view.plane(in: viewed), label: viewed.record.examDate.iso)
            return .picture(Answer(try picture.png(), type: "image/png"))
        },
        PageAddress(
            path: "/scans/{scan}/previous", action: "read slice of previous exam", isSlow: true
        ) { visit in
            let view = try SliceView(visit.question)
            let viewed = try visit.scans.scan(visit.question.number("scan"), in: visit.store)
            guard
                let exam = try visit.maps.previous(of: viewed, by: visit.question.surveillance)
            else { throw Problem(404, "unknown", "There is no earlier exam.") }
            let earlier = try visit.scans.scan(exam.scan, in: visit.store)
            let plane = view.plane(in: viewed)
            let picture = view.picture(
                earlier, SlicePlane(plane, at: exam.match.moved(plane.affine)),
                label: "\(exam.examDate.iso), \(words(exam.match.basis))")
            return .picture(Answer(try picture.png(), type: "image/png"))
        },
        PageAddress(path: "/scans/{scan}/map", action: "read network map", isSlow: true) { visit in
            let view = try SliceView(visit.question)
            guard let overlay = view.overlay else {
                throw Problem(400, "invalid", "overlay is probability or attention.")
            }
            let viewed = try visit.scans.scan(visit.question.number("scan"), in: visit.store)
            let map = try visit.maps.map(
                overlay, of: viewed.needed(), by: visit.question.surveillance)
            let picture = HeatPicture(
                map: map, plane: view.plane(in: viewed, longest: SliceView.tintSide),
                tint: overlay == .probability ? .blue : .purple)
            return .picture(Answer(picture.png(), type: "image/png"))
        },
    ]

    private static func words(_ basis: ExamMatch.Basis) -> String {
        switch basis {
        case .registered: "heads aligned"
        case .tumour: "tumours' middles aligned"
        case .position: "by position"
        }
    }
}
