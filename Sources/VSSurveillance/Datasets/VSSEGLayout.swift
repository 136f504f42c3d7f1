import Foundation
import VSGrowth
import VSImaging

/// The collection Vestibular-Schwannoma-SEG as it is published (DICOM with structure sets), or as its
/// authors convert it (`vs_gk_N` folders of NIfTI).
struct VSSEGLayout {
    /// Cases whose first structure is a meningioma, which the authors' script takes for the tumour.
    static let meningiomas: Set<Int> = [63, 73]
    static let meningiomaReason = "the collection outlines a meningioma in it, not a schwannoma"

    private let folder: DatasetFolder

    init(_ folder: DatasetFolder) { self.folder = folder }

    /// The identifier of a case, the same for every layout.
    static func patient(_ number: Int) -> String { String(format: "VS-SEG-%03d", number) }

    func listing(_ progress: (String, Double) -> Void) throws -> DatasetListing {
        let converted = folder.entries().compactMap { entry in
            entry.wholeMatch(of: /vs_gk_(\d+)/).flatMap { match in
                Int(match.output.1).map { (entry, $0) }
            }
        }
        guard converted.isEmpty else { return niftiListing(converted) }
        return try dicomListing(progress)
    }

    private func niftiListing(_ cases: [(name: String, number: Int)]) -> DatasetListing {
        var listing = DatasetListing()
        for (name, number) in cases {
            guard !Self.meningiomas.contains(number) else {
                listing.leaveOut(name, Self.meningiomaReason)
                continue
            }
            for kind in folder.includesT1 ? ["t2", "t1"] : ["t2"] {
                let space = "ref\(kind.uppercased())"
                guard let image = folder.nifti("\(name)/vs_gk_\(kind)_\(space)") else {
                    listing.leaveOut(name, "it has no vs_gk_\(kind)_\(space).nii.gz")
                    continue
                }
                let mask = folder.nifti("\(name)/vs_gk_seg_\(space)")
                var exam = DatasetExam(
                    name: name, patient: Self.patient(number), date: folder.assumedDay,
                    basis: DatasetFolder.assumedBasis,
                    sequence: kind == "t2" ? "T2" : "T1 contrast", image: .file(image),
                    truth: mask.map { .mask($0) })
                if mask == nil {
                    exam.remarks.append("It has no vs_gk_seg_\(space).nii.gz: no truth.")
                }
                listing.exams.append(exam)
            }
        }
        return listing
    }

    private func dicomListing(_ progress: (String, Double) -> Void) throws -> DatasetListing {
        let collection = try DICOMCollection(folder.path) { progress("reading headers", $0) }
        guard !collection.series.isEmpty else {
            throw folder.unknownLayout("vs_gk_N folders of NIfTI, or DICOM series")
        }
        var listing = DatasetListing()
        var outlines = OutlinesBySeries(collection, &listing)
        outlines.addContours(in: folder, &listing)
        var others = 0
        for (patient, series) in byPatient(collection.series, &listing) {
            let kept = series.filter { folder.includesT1 || $0.isT2 }
            others += series.count - kept.count
            let outlined = kept.filter { outlines.has($0) }
            for one in kept {
                if !outlines.has(one), outlined.contains(where: { $0.isT2 == one.isT2 }) {
                    listing.leaveOut(
                        "\(patient), \(one.title)", "nothing is outlined on it, but on another")
                } else if let exam = exam(one, patient, outlines, collection, &listing) {
                    listing.exams.append(exam)
                }
            }
        }
        if others > 0 { listing.leaveOut("\(others) series", "not T2; --t1 takes them, too") }
        return listing
    }

    private func exam(
        _ series: DICOMSeries, _ patient: String, _ outlines: OutlinesBySeries,
        _ collection: DICOMCollection, _ listing: inout DatasetListing
    ) -> DatasetExam? {
        let name = "\(patient), \(series.title)"
        if let fault = collection.fault(of: series) {
            listing.leaveOut(name, "\(fault.subject): \(fault.message)")
            return nil
        }
        let tagged = series.facts.date.flatMap { ExamDate(iso: $0) }
        var exam = DatasetExam(
            name: patient, patient: patient, date: tagged ?? folder.assumedDay,
            basis: tagged == nil
                ? DatasetFolder.assumedBasis
                : "day of the \(series.facts.dateSource?.rawValue ?? "study")",
            sequence: series.importedSequence, image: .series(series), truth: nil)
        guard outlines.has(series) else {
            exam.remarks.append("No structure set or contours refer to it: no truth.")
            return exam
        }
        switch outlines.truth(of: series) {
        case .success((let truth, let remark)):
            exam.truth = truth
            exam.remarks += remark.map { [$0] } ?? []
            return exam
        case .failure(let omission):
            listing.leaveOut(name, omission.reason)
            return nil
        }
    }

    /// The series by patient: by the number in a folder's name, else by PatientID.
    private func byPatient(
        _ series: [DICOMSeries], _ listing: inout DatasetListing
    ) -> [(patient: String, series: [DICOMSeries])] {
        var found: [String: [DICOMSeries]] = [:]
        for one in series {
            let path = one.files.first ?? ""
            let match =
                path.matches(of: /(?:VS-SEG-|vs_gk_)(\d+)/).last
                ?? one.facts.patientID.firstMatch(of: /(?:VS-SEG-|vs_gk_)(\d+)/)
            let number = match.flatMap { Int($0.output.1) }
            if let number, Self.meningiomas.contains(number) {
                if one.isT2 { listing.leaveOut(Self.patient(number), Self.meningiomaReason) }
                continue
            }
            let patient = number.map { Self.patient($0) } ?? one.facts.patientID
            guard !patient.isEmpty else {
                listing.leaveOut(path, "neither its folder nor PatientID says whose it is")
                continue
            }
            found[patient, default: []].append(one)
        }
        return found.map { ($0.key, $0.value) }.sorted { $0.patient < $1.patient }
    }
}

extension DICOMSeries {
    /// Whether its tags say T2; the few T2 series after contrast medium (`_gad`) are T2 as well.
    var isT2: Bool { facts.registeredName.hasPrefix("T2") }

    /// What an import calls it.
    var importedSequence: String {
        guard !isT2 else { return facts.registeredName }
        let words = facts.description.lowercased()
        return words.contains("t1") ? "T1 contrast" : facts.registeredName
    }
}
