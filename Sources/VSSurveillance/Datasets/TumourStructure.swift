import VSImaging

/// Which of the structures outlined on a series is the tumour at the exam.
enum TumourStructure {
    /// The structure of this place, with a sentence where it is to be told.
    case found(Int, remark: String?)
    /// None of them, for this reason.
    case none(reason: String)

    /// Chooses by the names: the first structure is the tumour by the collection's rule, unless its
    /// name says otherwise.
    init(_ names: [String]) {
        guard let first = names.first else {
            self = .none(reason: "nothing is outlined on it")
            return
        }
        let meanings = names.map { OutlineName($0) }
        if meanings[0] == .meningioma {
            self = .none(reason: "its first structure, '\(first)', is a meningioma")
        } else if meanings[0] == .baseline {
            self = .found(0, remark: nil)
        } else if let other = meanings.firstIndex(of: .baseline) {
            self = .found(
                other, remark: "Structure '\(names[other])' is taken, not the first, '\(first)'.")
        } else if meanings[0] == .unclear {
            self = .found(
                0, remark: "Its first structure, '\(first)', is taken as the tumour.")
        } else {
            let all = names.map { "'\($0)'" }.joined(separator: ", ")
            self = .none(reason: "none of its structures (\(all)) is a tumour at the exam")
        }
    }
}
