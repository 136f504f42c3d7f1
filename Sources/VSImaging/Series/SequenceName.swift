/// What a sequence's or a series' name says of the image, without regard to case and separators.
///
/// Covers the heavily T2-weighted sequences used for the auditory canals (CISS, FIESTA-C, bFFE,
/// DRIVE, SPACE, CUBE, VISTA, fast spin echo) under the names the manufacturers give them.
public struct SequenceName: Sendable {
    /// The kinds of image that matter here.
    public enum Family: Sendable {
        /// T2-weighted: what the model is for.
        case t2
        /// Some other contrast.
        case other
        /// Nothing known.
        case unknown
    }

    /// The kind of image.
    public let family: Family
    /// Whether the name speaks of contrast medium.
    public let suggestsContrast: Bool
    /// Whether the name is that of a diffusion series or a map made of one.
    public let isDiffusion: Bool
    /// Whether the name is that of a localiser.
    public let isLocaliser: Bool
    /// The sequence's common name, as "CISS"; nil where none is recognised.
    public let commonName: String?
    /// What two exams have in common that differ in contrast medium, case or separators only: the
    /// common name, or the name's words without those that speak of contrast medium.
    public let kind: String

    private static let localiserWords = ["localizer", "localiser", "scout", "survey", "loc"]
    private static let otherWords =
        [
            "t1", "mprage", "mp2rage", "bravo", "spgr", "flair", "dwi", "diffusion", "adc", "dti",
            "swi", "swan", "t2star", "hemo", "fl2d", "fl3d", "medic", "merge", "gre", "pd", "tof",
            "angio", "mra", "asl", "bold", "perfusion", "dsc", "dce", "ct",
        ] + localiserWords
    private static let diffusionStarts = ["dwi", "diff", "adc", "dti", "tracew"]
    /// Beginnings of words that no T2 image's name has.
    private static let otherStarts =
        [
            "t1", "flair", "t2star", "ep2d", "ep3d", "trace",
        ] + diffusionStarts
    private static let t2Words = [
        "t2", "ciss", "ci3d", "fiesta", "trufi", "truefisp", "space", "cube", "drive", "vista",
        "tse", "tser", "tse2d", "tse3d", "fse", "frfse", "spc",
    ]
    private static let t2Parts = ["bffe", "btfe", "t2w", "fiesta", "ciss"]
    private static let contrastWords = ["gad", "gd", "post", "contrast", "enhanced", "ce", "km"]
    private static let commonNames = [
        ("ciss", "CISS"), ("ci3d", "CISS"), ("fiesta", "FIESTA"), ("bffe", "bFFE"),
        ("btfe", "bTFE"), ("trufi", "TrueFISP"), ("truefisp", "TrueFISP"), ("drive", "DRIVE"),
        ("space", "SPACE"), ("spc", "SPACE"), ("cube", "CUBE"), ("vista", "VISTA"),
        ("tse", "TSE"), ("frfse", "FSE"), ("fse", "FSE"),
    ]

    /// Reads a name.
    public init(_ name: String) {
        let lower = name.lowercased()
        let words = lower.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let joined = words.joined()
        // "t1w" and "t1c" begin with t1, "t2w" and "t2tse" with t2.
        let isOther =
            lower.contains("t2*")
            || words.contains { word in
                Self.otherWords.contains(word)
                    || Self.otherStarts.contains { word.hasPrefix($0) }
            }
        let isT2 =
            words.contains { Self.t2Words.contains($0) || $0.hasPrefix("t2") }
            || Self.t2Parts.contains { joined.contains($0) }
        family = isOther ? .other : isT2 ? .t2 : .unknown
        suggestsContrast = words.contains { Self.contrastWords.contains($0) }
        isDiffusion = words.contains { word in
            Self.diffusionStarts.contains { word.hasPrefix($0) }
        }
        isLocaliser = words.contains { Self.localiserWords.contains($0) }
        let common = Self.commonNames.first { part, _ in
            words.contains { $0.hasPrefix(part) } || (part.count > 3 && joined.contains(part))
        }
        commonName = common?.1
        kind =
            common?.1
            ?? words.filter { !Self.contrastWords.contains($0) }.joined(separator: " ").uppercased()
    }
}
