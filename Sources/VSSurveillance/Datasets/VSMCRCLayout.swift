import Foundation
import VSGrowth
import VSImaging
import VSStore

/// The collections Vestibular-Schwannoma-MC-RC (DICOM, and masks by `patient/date/name_T2.nii.gz` that a
/// CSV maps to series) and MC-RC2 (flat NIfTI files, named by patient, date and modality).
struct VSMCRCLayout {
    private let folder: DatasetFolder

    init(_ folder: DatasetFolder) { self.folder = folder }

    func listing(_ progress: (String, Double) -> Void) throws -> DatasetListing {
        let files = folder.files()
        let flat = files.filter { Self.flat($0) != nil }
        guard flat.isEmpty else { return flatListing(flat) }
        let tables = files.filter { name in
            let last = (name as NSString).lastPathComponent.lowercased()
            return last.contains("segmentation-info") && last.hasSuffix(".csv")
        }
        guard let table = tables.first else {
            throw folder.unknownLayout(
                "a CSV '…segmentation-info….csv', or files VS_MC_RC2_N_YYYY-MM-DD_T1C.nii.gz")
        }
        let collection = try DICOMCollection(folder.path) { progress("reading headers", $0) }
        return try dicomListing(table, masks: files, collection)
    }

    // MARK: MC-RC2

    private static func flat(
        _ file: String
    ) -> (patient: String, date: String, modality: String)? {
        let name = (file as NSString).lastPathComponent
        let match = name.wholeMatch(
            of: /(VS_MC_RC2?_\w+?)_(\d{4}-\d{2}-\d{2})_(T1C|T1|T2)\.nii(?:\.gz)?/)
        return match.map {
            (String($0.output.1), String($0.output.2), String($0.output.3))
        }
    }

    private func flatListing(_ files: [String]) -> DatasetListing {
        var listing = DatasetListing()
        var others = 0
        for file in files {
            guard let (patient, day, modality) = Self.flat(file) else { continue }
            guard let date = ExamDate(iso: day) else {
                listing.leaveOut(file, "\(day) is no day")
                continue
            }
            guard modality == "T2" || folder.includesT1 else {
                others += 1
                continue
            }
            let stem = file.replacing(/\.nii(\.gz)?$/, with: "")
            let mask = folder.nifti(stem + "_seg")
            listing.exams.append(
                DatasetExam(
                    name: (stem as NSString).lastPathComponent, patient: patient, date: date,
                    basis: "day of the file's name", sequence: Self.sequence(modality),
                    image: .file("\(folder.path)/\(file)"), truth: mask.map { .mask($0) }))
        }
        if others > 0 { listing.leaveOut("\(others) images", "T1; --t1 takes them, too") }
        return listing
    }

    private static func sequence(_ modality: String) -> String {
        switch modality.uppercased() {
        case "T1C", "T1CE", "T1GD": "T1 contrast"
        case let other: other
        }
    }

    // MARK: MC-RC

    /// One line of the CSV.
    private struct Line {
        var path: String
        var patient: String
        var date: ExamDate?
        var modality: String
    }

    private func dicomListing(
        _ table: String, masks files: [String], _ collection: DICOMCollection
    ) throws -> DatasetListing {
        var listing = DatasetListing()
        let lines = try lines(of: table, &listing)
        var others = 0
        for series in collection.series {
            let line = lines[series.uid]
            let isT2 = line.map { $0.modality.uppercased().hasPrefix("T2") } ?? series.isT2
            guard isT2 || folder.includesT1 && series.importedSequence.hasPrefix("T1") else {
                others += 1
                continue
            }
            if let exam = exam(series, line, isT2: isT2, files, collection, &listing) {
                listing.exams.append(exam)
            }
        }
        let known = Set(collection.series.map(\.uid))
        for (uid, line) in lines.sorted(by: { $0.value.path < $1.value.path })
        where !known.contains(uid) {
            listing.leaveOut(line.path, "its series \(uid) is not in the folder")
        }
        if others > 0 { listing.leaveOut("\(others) series", "not T2; --t1 takes T1 ones, too") }
        return listing
    }

    private func lines(
        of table: String, _ listing: inout DatasetListing
    ) throws -> [String: Line] {
        let path = "\(folder.path)/\(table)"
        let columns = try TextColumns(path)
        guard let mask = columns.column("SegmentationPath"),
            let uid = columns.column("series_instance_uid")
        else {
            throw StoreError(
                .invalid, subject: path,
                message: "It has no columns SegmentationPath and series_instance_uid.",
                remedy: "Copy the collection's own CSV again.")
        }
        var lines: [String: Line] = [:]
        for row in columns.rows {
            let parts = row[mask].replacing("\\", with: "/").split(separator: "/").map(String.init)
            guard parts.count >= 3, !parts.contains(".."), !row[uid].isEmpty else {
                listing.leaveOut(row[mask], "its line is not patient/date/name_modality.nii.gz")
                continue
            }
            let name = parts[parts.count - 1].replacing(/\.nii(\.gz)?$/, with: "")
            lines[row[uid]] = Line(
                path: parts.joined(separator: "/"), patient: parts[parts.count - 3],
                date: ExamDate(loose: parts[parts.count - 2]),
                modality: name.split(separator: "_").last.map(String.init) ?? "")
        }
        return lines
    }

    private func exam(
        _ series: DICOMSeries, _ line: Line?, isT2: Bool, _ files: [String],
        _ collection: DICOMCollection, _ listing: inout DatasetListing
    ) -> DatasetExam? {
        let patient = line?.patient ?? series.facts.patientID
        let name = line?.path ?? "\(patient), \(series.title)"
        if let fault = collection.fault(of: series) {
            listing.leaveOut(name, "\(fault.subject): \(fault.message)")
            return nil
        }
        let tagged = series.facts.date.flatMap { ExamDate(iso: $0) }
        guard !patient.isEmpty, let date = line?.date ?? tagged else {
            listing.leaveOut(name, "nothing says whose it is, or of which day")
            return nil
        }
        var truth: DatasetExam.Truth?
        if let line {
            guard
                let file = files.first(where: { $0 == line.path || $0.hasSuffix("/" + line.path) })
            else {
                listing.leaveOut(name, "its mask is not in the folder")
                return nil
            }
            truth = .mask("\(folder.path)/\(file)")
        }
        var exam = DatasetExam(
            name: name, patient: patient, date: date,
            basis: line?.date == nil ? "day of the tags" : "day of the mask's folder",
            sequence: isT2 && !series.isT2 ? "T2" : series.importedSequence,
            image: .series(series), truth: truth)
        if let tagged, tagged != date {
            exam.remarks.append("Its tags say \(tagged.iso).")
        }
        if line == nil { exam.remarks.append("The CSV names no mask of it: no truth.") }
        return exam
    }
}
