import VSGrowth
import VSReport
import VSStore

extension PageAddress {
    /// The form by which a scan is handed in.
    static let upload: [PageAddress] = [
        PageAddress(path: "/upload", action: "open upload form", isFor: { $0.mayReview }) { visit in
            let patient = visit.question.query["patient"] ?? ""
            return .page(
                title: "Add a scan",
                body: """
                    <form class="card" method="post" action="/upload" enctype="multipart/form-data" \
                    data-limit="\(visit.uploadLimitBytes)">
                    \(PageShell.token(visit.session.formToken))
                    <p><label for="patient">Patient's identifier; one that is new is registered</label>
                    <input type="text" id="patient" name="patient" required maxlength="64" \
                    value="\(escaped(patient))"></p>
                    <p><label for="date">Day of the exam; DICOM may say it itself</label>
                    <input type="date" id="date" name="date" max="\(visit.question.today.iso)"></p>
                    <p><label for="sequence">Sequence, where it is not T2</label>
                    <input type="text" id="sequence" name="sequence" maxlength="64"></p>
                    <p><label for="side">Side of the tumour, where it is known</label>
                    \(sides)</p>
                    <p><label for="file">Scan: NIfTI (.nii, .nii.gz), a DICOM file, or a zip archive of \
                    a study; \(Words.size(bytes: visit.uploadLimitBytes)) at most</label>
                    <input type="file" id="file" name="file" required></p>
                    <button>Add the scan</button>
                    \(uploadProgress)
                    </form>
                    <p class="note">Its segmentation is queued; the scan's page shows how far it is. The \
                    same scan again changes nothing.</p>
                    """)
        }
    ]

    /// How far a form's file is on its way, shown by the script `upload.js`.
    static let uploadProgress = """
        <p data-progress hidden><progress max="1" value="0" aria-label="Part of the file that was \
        sent"></progress> <span role="status"></span> <button type="button" class="plain">Stop\
        </button></p>
        """

    /// The choice of a side.
    static let sides =
        "<select id=\"side\" name=\"side\"><option value=\"\">open</option>"
        + "<option>left</option><option>right</option></select>"
}
