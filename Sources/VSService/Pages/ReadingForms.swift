import VSGrowth
import VSReport
import VSStore

/// The forms of an exam's page by which a clinician says what is to be held of it.
struct ReadingForms: Sendable {
    let scan: Int64
    let session: Session
    let uploadLimitBytes: Int

    /// Accepts or rejects a segmentation.
    func review(segmentation: Int64) -> String {
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

    /// Takes an outline in.
    var outline: String {
        """
        <form class="card" method="post" action="/scans/\(scan)/outline" \
        enctype="multipart/form-data" data-limit="\(uploadLimitBytes)">
        \(PageShell.token(session.formToken))
        <p>Your own outline, which counts in place of the model's.</p>
        <p><label for="side">Side, where the mask holds one tumour</label> \(PageAddress.sides)</p>
        <p><label for="file">Mask: NIfTI on the scan's grid, \(Words.size(bytes: uploadLimitBytes)) \
        at most</label>
        <input type="file" id="file" name="file" accept=".nii,.gz" required></p>
        <button>Store the outline</button>
        \(PageAddress.uploadProgress)
        </form>
        """
    }

    /// Takes an outline back; nothing where none stands.
    func withdrawal(of outlines: [ManualVolumeRecord]) -> String {
        let standing = outlines.filter(\.stands)
        guard !standing.isEmpty else { return "" }
        let choices = standing.map { outline in
            "<option value=\"\(outline.id)\">\(outline.id): \(outline.side), "
                + "\(NumberText.volume(outline.volumeMm3)) mm³, by \(escaped(outline.reader))</option>"
        }
        return """
            <form class="card" method="post" action="/scans/\(scan)/withdraw">
            \(PageShell.token(session.formToken))
            <p>An outline that is taken back stays readable below, and takes no part in growth.</p>
            <p><label for="withdrawn">Outline</label>
            <select id="withdrawn" name="outline">\(choices.joined())</select></p>
            <p><label for="why">Reason</label>
            <input type="text" id="why" name="reason" maxlength="500" required></p>
            <button>Take the outline back</button>
            </form>
            """
    }
}
