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
            if current != nil {
                body.append(try ScanViewer(visit, scan: scan).html)
            } else {
                body.append("<p>No segmentation of this scan counts.</p>")
            }
            if visit.session.role.mayReview,
                let judged = try current?.id ?? visit.store.newestSegmentation(ofScan: scan)
            {
                body.append(reviewForm(scan, segmentation: judged, visit.session))
            }
            for (name, table) in document.tables where !table.rows.isEmpty {
                body.append("<h2>\(name.capitalized)</h2>" + scrolling(table, caption: name))
            }
            body.append(
                "<h2>Measurements</h2>" + scrolling(document.facts, caption: "Of this scan"))
            return .page(title: "Scan \(scan)", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/scans/{scan}/picture", action: "read slice") { visit in
            let view = try SliceView(visit.question)
            let stored = try visit.scans.scan(visit.question.number("scan"), in: visit.store)
            let picture = SlicePicture(
                volume: stored.image.volume, mask: stored.mask, plane: view.plane,
                index: view.level(in: stored) - 1, window: view.window,
                hasOutline: view.hasOutline)
            return .picture(try Answer(ending: ".png", type: "image/png", picture.write(to:)))
        },
    ]

    private static func reviewForm(
        _ scan: Int64, segmentation: Int64, _ session: Session
    ) -> String {
        """
        <h2>Review</h2>
        <form class="card" method="post" action="/scans/\(scan)/review">
        \(PageShell.token(session.formToken))
        <input type="hidden" name="segmentation" value="\(segmentation)">
        <fieldset><legend>Segmentation \(segmentation) is</legend>
        <label><input type="radio" name="decision" value="accept" required> good: accept</label>
        <label><input type="radio" name="decision" value="reject"> not good: reject; \
        it takes no part in growth</label>
        </fieldset>
        <p><label for="reason">Reason of a rejection</label>
        <input type="text" id="reason" name="reason" maxlength="500"></p>
        <button>Record the review</button>
        </form>
        """
    }
}

/// Which slice is wanted, and how it is shown.
struct SliceView: Sendable {
    let plane: SlicePicture.Plane
    /// From 1; nil for the tumour's middle.
    let wanted: Int?
    /// The middle and the width of the window of grey, percent of the scan's usual range.
    let centre, width: Int
    let hasOutline: Bool

    /// Reads the query.
    init(_ question: Question) throws(Problem) {
        let name = question.query["plane"] ?? "slice"
        guard let plane = SlicePicture.Plane(rawValue: name) else {
            throw Problem(400, "invalid", "plane is slice, row or column, not \(name).")
        }
        self.plane = plane
        wanted =
            try question.query["level"] == nil
            ? nil : question.whole("level", in: 1...100_000, default: 1)
        centre = try question.whole("centre", in: 0...100, default: 50)
        width = try question.whole("width", in: 5...200, default: 100)
        // A browser leaves out a box that is not ticked; with controls sent, that means off.
        hasOutline = question.query["outline"].map { $0 == "1" } ?? (question.query["plane"] == nil)
    }

    var window: ClosedRange<Double> {
        let (middle, half) = (Double(centre) / 100, Double(width) / 200)
        return (middle - half)...(middle + half)
    }

    /// The level in a scan, from 1: as wanted, or the middle of the tumour, or of the scan.
    func level(in stored: StoredScan) -> Int {
        let shape = stored.mask.shape
        if let wanted { return min(wanted, plane.count(in: shape)) }
        guard let box = VoxelBox(containing: [stored.mask]) else {
            return (plane.count(in: shape) + 1) / 2
        }
        return switch plane {
        case .slice: (box.low.0 + box.high.0) / 2 + 1
        case .row: (box.low.1 + box.high.1) / 2 + 1
        case .column: (box.low.2 + box.high.2) / 2 + 1
        }
    }
}
