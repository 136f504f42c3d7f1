import Foundation
import VSGrowth

/// The crossMoDA challenges of 2021 to 2023: contrast T1 with labels, and T2 without.
struct CrossMoDALayout {
    private let folder: DatasetFolder

    init(_ folder: DatasetFolder) { self.folder = folder }

    func listing() throws -> DatasetListing {
        let files = folder.files()
        var listing = DatasetListing()
        var labels = Set<String>()
        let koos = KoosTable(folder, files, &listing)
        for file in files {
            let name = (file as NSString).lastPathComponent
            guard
                let match = name.wholeMatch(
                    of: /(crossmoda\w*?_\d+)_(ceT1|hrT2|T2)\.nii(?:\.gz)?/.ignoresCase())
            else { continue }
            let id = String(match.output.1)
            let isT2 = match.output.2.lowercased() != "cet1"
            let beside = (file as NSString).deletingLastPathComponent
            let label = folder.nifti(beside.isEmpty ? "\(id)_Label" : "\(beside)/\(id)_Label")
            var exam = DatasetExam(
                name: id, patient: id, date: folder.assumedDay,
                basis: DatasetFolder.assumedBasis, sequence: isT2 ? "T2" : "T1 contrast",
                image: .file("\(folder.path)/\(file)"),
                truth: isT2 ? nil : label.map { .labels($0) })
            if let sentence = koos.sentence(of: id) { exam.remarks.append(sentence) }
            if exam.truth == nil {
                exam.remarks.append(
                    isT2 ? "The challenge publishes no labels of T2." : "It has no _Label file.")
            } else {
                labels.insert(id)
            }
            listing.exams.append(exam)
        }
        guard !listing.exams.isEmpty else {
            throw folder.unknownLayout("files crossmoda…_N_ceT1.nii.gz and …_N_Label.nii.gz")
        }
        for file in files {
            let name = (file as NSString).lastPathComponent
            if let match = name.wholeMatch(of: /(crossmoda\w*?_\d+)_Label\.nii(?:\.gz)?/),
                !labels.contains(String(match.output.1))
            {
                listing.leaveOut(file, "the image of these labels is not in the folder")
            }
        }
        return listing
    }
}
