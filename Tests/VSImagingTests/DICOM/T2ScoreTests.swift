import Testing
import VSImaging

/// The choice of the T2 series, from tags that scanners wrote.
struct T2ScoreTests {
    static func facts(_ change: (inout SeriesFacts) -> Void) -> SeriesFacts {
        var facts = SeriesFacts()
        facts.modality = "MR"
        facts.imageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        change(&facts)
        return facts
    }

    static let geometry = try? SeriesGeometry(
        SeriesGeometryTests.stack(40) { number, frame in
            frame.rows = 300
            frame.columns = 300
            frame.position?.z = Double(number)
        }, subject: "s")

    /// The gradient-echo CISS of the public training set: 4.4 ms is no reason against it.
    static let ciss = facts {
        $0.description = "t2_ci3d_tra_1.5mm_v2_448"
        $0.sequenceName = "*ci3d1"
        $0.scanningSequence = ["GR"]
        $0.sequenceVariant = ["SK", "SS"]
        $0.is3D = true
        $0.echoTimeMs = 4.4
        $0.repetitionTimeMs = 7.5
        $0.flipAngleDegrees = 70
    }

    static let tse = facts {
        $0.description = "t2_tse3d_tra_v2_384"
        $0.scanningSequence = ["SE"]
        $0.is3D = true
        $0.echoTimeMs = 120
    }

    private func score(_ facts: SeriesFacts, slices: Int = 40) -> T2Score {
        T2Score(facts, sliceCount: slices, geometry: Self.geometry)
    }

    @Test("the T2 families of the canals are candidates whatever their echo time")
    func families() {
        #expect(score(Self.ciss).points == 12 && score(Self.ciss).isCandidate)
        #expect(score(Self.tse).points == 12)
        #expect(Self.ciss.registeredName == "T2 CISS")
        for name in ["FIESTA-C ax", "3D bFFE", "SPACE iso", "Ax CUBE T2", "T2 DRIVE", "sT2W_TSE"] {
            let named = Self.facts {
                $0.description = name
                $0.scanningSequence = ["SE"]
                $0.echoTimeMs = 200
            }
            #expect(score(named).isCandidate, "\(name)")
            #expect(named.registeredName.hasPrefix("T2"), "\(name)")
        }
    }

    @Test("without a helpful name the tags decide")
    func unnamed() {
        var nameless = Self.ciss
        (nameless.description, nameless.sequenceName) = ("Kopf 5", "")
        #expect(score(nameless).isCandidate)
        nameless.sequenceVariant = ["SS", "SP"]
        #expect(score(nameless).exclusion == "nothing says T2")
    }

    @Test(
        "what is no T2 of the canals is excluded with its reason",
        arguments: [
            ("localiser", facts { $0.description = "AAHead_Scout" }),
            ("localiser", facts { $0.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"] }),
            ("mosaic", facts { $0.imageType.append("MOSAIC") }),
            ("diffusion", facts { $0.bValue = 1000 }),
            ("diffusion", facts { $0.imageType.append("ADC") }),
            ("diffusion", facts { $0.description = "ep2d_diff_3scan_trace" }),
            (
                "diffusion",
                facts {
                    $0.description = "Ax DWI b1000"
                    $0.echoTimeMs = 90
                }
            ),
            (
                "another contrast",
                facts {
                    $0.description = "ep2d_tra"
                    $0.echoTimeMs = 90
                }
            ),
            (
                "phase",
                facts {
                    $0.description = "t2_ci3d_tra"
                    $0.imageType = ["ORIGINAL", "PRIMARY", "P", "ND"]
                }
            ),
            (
                "FLAIR",
                facts {
                    $0.description = "t2_dark-fluid"
                    $0.inversionTimeMs = 2500
                    $0.echoTimeMs = 120
                }
            ),
            ("another contrast", facts { $0.description = "t1_mprage_sag" }),
            ("another contrast", facts { $0.description = "FSE PD AXIAL" }),
            ("projection", facts { $0.imageType = ["DERIVED", "SECONDARY", "MPR"] }),
            ("not MR", facts { $0.modality = "CT" }),
            ("nothing says T2", facts { $0.description = "Kopf" }),
        ] as [(String, SeriesFacts)])
    func excluded(reason: String, facts: SeriesFacts) {
        let exclusion = score(facts).exclusion ?? ""
        #expect(exclusion.contains(reason), "\(exclusion)")
        #expect(!score(facts).isCandidate)
        #expect(facts.registeredName == "other MR")
    }

    @Test("contrast and derived images lose against the plain one by more than the margin")
    func worse() {
        var contrast = Self.ciss
        contrast.hasContrastAgent = true
        #expect(score(Self.ciss).points - score(contrast).points >= T2Score.margin)
        #expect(contrast.registeredName == "T2 CISS contrast")
        var derived = Self.ciss
        derived.imageType[0] = "DERIVED"
        #expect(score(Self.ciss).points - score(derived).points >= T2Score.margin)
        #expect(score(Self.ciss, slices: 3).exclusion == "3 slices only")
    }
}
