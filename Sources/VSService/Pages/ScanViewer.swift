import VSGrowth
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
    /// Whose outlines there are to show; of a model's segmentation there are maps, too.
    private let hands: [SlicePicture.Outline.Hand]
    private let isSegmented: Bool
    private let maps: [NetworkMap]
    private let previousDay: String?

    /// Looks at the scan.
    ///
    /// - Throws: as `StoredScan`, and ``Problem`` for a bad query.
    init(_ visit: Visit, scan: Int64) throws {
        self.scan = scan
        view = try SliceView(visit.question)
        let viewed = try visit.scans.scan(scan, in: visit.store)
        level = view.level(in: viewed)
        shape = viewed.volume.shape
        hands = viewed.outlines.map(\.hand)
        isSegmented = viewed.segmented != nil
        let surveillance = visit.question.surveillance
        maps =
            try viewed.segmented.map { stored in
                try NetworkMap.allCases.filter { try surveillance.has($0, of: stored) }
            } ?? []
        previousDay = try surveillance.previousScan(of: scan)?.examDate.iso
    }

    private static let names: [(SlicePlane.Kind, String)] = [
        (.slice, "slices as acquired"), (.row, "across, front to back"),
        (.column, "across, right to left"),
    ]

    /// The viewer's part of the page.
    var html: String {
        """
        \(controls)
        <div class="viewer">
        <figure>
        <div class="layers" data-map="/scans/\(scan)/map">
        <img data-slices src="/scans/\(scan)/picture?\(look)" width="640" height="640" \
        alt="Level \(level) of \(view.kind.count(in: shape)) of scan \(scan)\
        \(isOutlined && view.hasOutline ? ", with the tumour's outline" : "")">
        \(map)
        </div>
        <figcaption class="note">\(escaped(legend))The arrow keys on the level, or the wheel on the picture, scroll. \
        The bar is 10 mm long.</figcaption>
        </figure>
        \(previous)
        </div>
        <p class="note" role="status" data-status></p>
        """
    }

    private var isOutlined: Bool { !hands.isEmpty }

    private var legend: String {
        switch hands {
        case [.model]: "The model's outline is orange. "
        case [.reader]: "The readers' outline is blue. "
        case []: ""
        default: "The model's outline is orange, the readers' blue. "
        }
    }

    private var place: String { "plane=\(view.kind.rawValue)&level=\(level)" }

    /// In the order in which the script asks, so that it does not ask again.
    private var look: String {
        escaped(
            "\(place)&centre=\(view.centre)&width=\(view.width)"
                + "&outline=\(view.hasOutline ? 1 : 0)")
    }

    private var map: String {
        guard let overlay = view.overlay, isSegmented else { return "" }
        let query = escaped("\(place)&overlay=\(overlay.rawValue)")
        return "<img src=\"/scans/\(scan)/map?\(query)\" alt=\"\">"
    }

    private var controls: String {
        let count = view.kind.count(in: shape)
        let planes = Self.names.map { kind, name in
            "<option value=\"\(kind.rawValue)\" data-count=\"\(kind.count(in: shape))\""
                + "\(kind == view.kind ? " selected" : "")>\(name)</option>"
        }
        let beside = previousDay.map { day in
            """
            <label><input type="checkbox" name="previous" value="1"\
            \(view.hasPrevious ? " checked" : "")> Exam of \(day) beside it</label>
            """
        }
        return """
            <form class="controls" method="get" action="/scans/\(scan)" data-viewer>
            <label>Plane <select name="plane">\(planes.joined())</select></label>
            <p><label for="level">Level <output for="level">\(level) of \(count)</output></label>
            <input type="range" id="level" name="level" min="1" max="\(count)" value="\(level)"></p>
            <p><label for="centre">Brightness</label>
            <input type="range" id="centre" name="centre" min="0" max="100" value="\(view.centre)">\
            </p>
            <p><label for="width">Window</label>
            <input type="range" id="width" name="width" min="5" max="200" value="\(view.width)"></p>
            \(isOutlined ? outlineControl : "")
            \(isSegmented ? overlayControl : "")
            \(beside ?? "")
            <button>Show</button>
            </form>
            \(isSegmented ? Self.aboutOverlays : "")
            """
    }

    private var outlineControl: String {
        """
        <label><input type="checkbox" name="outline" value="1"\
        \(view.hasOutline ? " checked" : "")> Outline</label>
        """
    }

    private var overlayControl: String {
        let overlays = maps.map { map in
            "<option value=\"\(map.rawValue)\"\(map == view.overlay ? " selected" : "")>"
                + "\(map == .probability ? "probability of tumour" : "attention")</option>"
        }
        return """
            <label>Overlay <select name="overlay"><option value="none">none</option>\
            \(overlays.joined())</select></label>
            """
    }

    private static let aboutOverlays = """
        <p class="note">An overlay is computed by the model when it is asked for, around the \
        tumour, and takes a while; the stronger its colour the higher the value.</p>
        """

    private var previous: String {
        guard let previousDay else { return "" }
        let picture =
            view.hasPrevious
            ? """
            <img src="/scans/\(scan)/previous?\(look)" width="640" height="640" alt="The same level \
            in the exam of \(previousDay)">
            """ : ""
        return """
            <figure data-previous="/scans/\(scan)/previous" data-day="\(previousDay)"\
            \(view.hasPrevious ? "" : " hidden")>
            \(picture)
            <figcaption class="note">The same plane in the exam of \(previousDay). The picture says \
            how the exams were laid upon each other.</figcaption>
            </figure>
            """
    }
}
