import VSImaging
import VSReport
import VSStore
import VSSurveillance

/// The controls and pictures of an exam: it works by the form alone, and by script without reloading.
struct ScanViewer: Sendable {
    private let scan: Int64
    private let view: SliceView
    private let level: Int
    private let shape: GridShape

    /// Looks at the scan.
    ///
    /// - Throws: as `StoredScan`, and ``Problem`` for a bad query.
    init(_ visit: Visit, scan: Int64) throws {
        self.scan = scan
        view = try SliceView(visit.question)
        let stored = try visit.scans.scan(scan, in: visit.store)
        level = view.level(in: stored)
        shape = stored.mask.shape
    }

    private static let names: [(SlicePicture.Plane, String)] = [
        (.slice, "slices as acquired"), (.row, "across, front to back"),
        (.column, "across, right to left"),
    ]

    /// The viewer's part of the page.
    var html: String {
        let count = view.plane.count(in: shape)
        let planes = Self.names.map { plane, name in
            "<option value=\"\(plane.rawValue)\" data-count=\"\(plane.count(in: shape))\""
                + "\(plane == view.plane ? " selected" : "")>\(name)</option>"
        }
        let query =
            "plane=\(view.plane.rawValue)&level=\(level)&centre=\(view.centre)"
            + "&width=\(view.width)&outline=\(view.hasOutline ? 1 : 0)"
        return """
            <form class="controls" method="get" action="/scans/\(scan)" data-viewer>
            <label>Plane <select name="plane">\(planes.joined())</select></label>
            <label for="level">Level <output for="level">\(level) of \(count)</output></label>
            <input type="range" id="level" name="level" min="1" max="\(count)" value="\(level)">
            <label for="centre">Brightness</label>
            <input type="range" id="centre" name="centre" min="0" max="100" value="\(view.centre)">
            <label for="width">Window</label>
            <input type="range" id="width" name="width" min="5" max="200" value="\(view.width)">
            <label><input type="checkbox" name="outline" value="1"\
            \(view.hasOutline ? " checked" : "")> Outline</label>
            <button>Show</button>
            </form>
            <div class="viewer">
            <figure>
            <img data-slices="/scans/\(scan)/picture" src="/scans/\(scan)/picture?\(escaped(query))" \
            alt="Level \(level) of \(count) of scan \(scan), with the tumour's outline">
            <figcaption class="note">The arrow keys on the level, or the wheel on the picture, \
            scroll.</figcaption>
            </figure>
            </div>
            """
    }
}
