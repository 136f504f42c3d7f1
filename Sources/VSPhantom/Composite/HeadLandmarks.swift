/// What was marked by looking at a prepared head: mm, DICOM LPS, in the head file's own frame.
struct HeadLandmarks: Sendable, Decodable {
    /// One internal auditory canal and the bone around it.
    struct Ear: Sendable, Decodable {
        /// The centre of the canal's opening into the cistern.
        var porusMm: SIMD3<Float>
        /// The centre of the canal's lateral end.
        var fundusMm: SIMD3<Float>
        /// Two points on the bone's posterior face, in front of and behind the porus.
        var faceMm: [SIMD3<Float>]
    }

    /// One head.
    struct Head: Sendable, Decodable {
        var id: String
        /// The posterior fossa on a fine grid.
        var file: String
        /// The rest of the head on a coarser grid, where kept.
        var around: String?
        var split: TumourOutlines.Split
        /// Signal of the pons, on the file's scale.
        var tissue: Float
        /// Signal of open fluid, on the file's scale.
        var fluid: Float
        var left: Ear
        var right: Ear
    }

    static let fileName = "landmarks.json"
    static let formatVersion = 1

    var formatVersion: Int
    var heads: [Head]
}

extension HeadLandmarks.Head {
    /// What is wrong with the marks, as a clause; nil where they can be those of a head.
    var fault: String? {
        guard tissue > 0.05, fluid > 1.5 * tissue, fluid <= 1 else {
            return "its signals (tissue \(tissue), fluid \(fluid)) are not those of a T2 image"
        }
        for (name, ear, side) in [("left", left, Float(1)), ("right", right, Float(-1))] {
            guard ear.faceMm.count == 2 else { return "its \(name) faceMm is not two points" }
            let marks = [ear.porusMm, ear.fundusMm] + ear.faceMm
            guard marks.allSatisfy({ $0.lengthMm.isFinite && $0.lengthMm < 100 }) else {
                return "a mark of its \(name) ear lies more than 100 mm away"
            }
            let length = (ear.fundusMm - ear.porusMm).lengthMm
            guard (4...20).contains(length) else {
                return "its \(name) canal is \(length) mm long"
            }
            guard side * (ear.fundusMm.x - ear.porusMm.x) > 0 else {
                return "its \(name) canal does not run outwards"
            }
            guard ear.faceMm[1].y - ear.faceMm[0].y > 5 else {
                return "its \(name) faceMm does not run backwards"
            }
        }
        guard left.porusMm.x - right.porusMm.x > 30 else {
            return "its pori are not on two sides"
        }
        return nil
    }
}
