import Foundation
import VSGrowth
import VSStore

/// A data set in BIDS: `sub-…/[ses-…/]anat/…_T2w.nii.gz`, with masks in those derivatives whose folder's
/// name says that they were made by hand.
struct BIDSLayout {
    /// The derivatives of the public collection's authors; their subjects carry its numbers.
    static let authorsMasks = "manual_segmentation_masks_of_T2w"

    private let folder: DatasetFolder

    init(_ folder: DatasetFolder) { self.folder = folder }

    func listing() throws -> DatasetListing {
        let subjects = folder.entries().filter {
            $0.hasPrefix("sub-") && !folder.entries($0).isEmpty
        }
        guard !subjects.isEmpty else { throw folder.unknownLayout("folders sub-…") }
        let masks = folder.entries("derivatives").filter { $0.lowercased().contains("manual") }
        let identifiers = try identifiers()
        var listing = DatasetListing()
        for subject in subjects {
            let patient = identifiers[subject] ?? subject
            if masks.contains(Self.authorsMasks), let number = Int(subject.dropFirst(4)),
                VSSEGLayout.meningiomas.contains(number)
            {
                listing.leaveOut(subject, VSSEGLayout.meningiomaReason)
                continue
            }
            let sessions = folder.entries(subject).filter { $0.hasPrefix("ses-") }
            let days = try days(of: subject)
            for session in sessions.isEmpty ? [""] : sessions {
                let place = [subject, session].filter { !$0.isEmpty }.joined(separator: "/")
                let known = days[session] ?? ExamDate(loose: session.dropFirst(4))
                guard known != nil || sessions.count < 2 else {
                    listing.leaveOut(place, "nothing says of which day this session is")
                    continue
                }
                add(place, patient, known, masks, &listing)
            }
        }
        return listing
    }

    private func add(
        _ place: String, _ patient: String, _ day: ExamDate?, _ masks: [String],
        _ listing: inout DatasetListing
    ) {
        let images = folder.entries("\(place)/anat").compactMap { name in
            name.wholeMatch(of: /(.+)_(T2w|T1w)\.nii(?:\.gz)?/).map {
                (name, String($0.output.1), String($0.output.2))
            }
        }
        if !images.contains(where: { $0.2 == "T2w" || folder.includesT1 }) {
            listing.leaveOut(place, "it has no anat/…_T2w.nii.gz")
        }
        for (name, stem, suffix) in images where suffix == "T2w" || folder.includesT1 {
            let mask = mask(of: stem, suffix, place, masks)
            var exam = DatasetExam(
                name: "\(stem)_\(suffix)", patient: patient, date: day ?? folder.assumedDay,
                basis: day == nil ? DatasetFolder.assumedBasis : "day of the session",
                sequence: String(suffix.prefix(2)) + (stem.contains("_ce-") ? " contrast" : ""),
                image: .file("\(folder.path)/\(place)/anat/\(name)"),
                truth: mask.map { .mask($0) })
            if mask == nil { exam.remarks.append("It has no mask made by hand: no truth.") }
            listing.exams.append(exam)
        }
    }

    /// The tumour's mask of an image: its entities, then what says that it is the tumour's.
    private func mask(
        of stem: String, _ suffix: String, _ place: String, _ masks: [String]
    ) -> String? {
        for derivative in masks {
            let anat = "derivatives/\(derivative)/\(place)/anat"
            let found = folder.entries(anat).filter { name in
                guard name.hasPrefix(stem + "_"),
                    let rest = name.dropFirst(stem.count).wholeMatch(
                        of: /((?:_(?:space|res|den|label|desc|hemi)-\w+?)*)_mask\.nii(?:\.gz)?/)?
                        .output.1
                else { return false }
                // Of a session with both images those on T1 say so.
                let isT1 = rest.contains("T1w")
                return (rest.contains("tumor") || rest.contains("tumour"))
                    && isT1 == (suffix == "T1w")
            }
            if let name = found.first { return "\(folder.path)/\(anat)/\(name)" }
        }
        return nil
    }

    /// The identifiers that an export of this program kept beside its labels.
    private func identifiers() throws -> [String: String] {
        let path = "\(folder.path)/participants.tsv"
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let table = try TextColumns(path)
        guard let id = table.column("identifier"),
            let label = table.column("participant_id") ?? table.column("participant")
        else { return [:] }
        return Dictionary(
            table.rows.filter { !$0[id].isEmpty && $0[id] != "n/a" }.map { ($0[label], $0[id]) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The days of a subject's sessions, from its sessions file, or its scans file where it has no
    /// sessions.
    private func days(of subject: String) throws -> [String: ExamDate] {
        var days: [String: ExamDate] = [:]
        for (name, label) in [("sessions", "session_id"), ("scans", "filename")] {
            let path = "\(folder.path)/\(subject)/\(subject)_\(name).tsv"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let table = try TextColumns(path)
            guard let key = table.column(label), let time = table.column("acq_time") else {
                continue
            }
            for row in table.rows {
                let session = label == "filename" ? "" : row[key]
                if let day = ExamDate(loose: row[time]), days[session] == nil {
                    days[session] = day
                }
            }
        }
        return days
    }
}
