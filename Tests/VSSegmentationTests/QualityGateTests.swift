import Testing
import VSImaging
import VSSegmentation
import VSTestSupport

struct QualityGateTests {
    typealias Code = GateVerdict.Reason.Code
    typealias Decision = GateVerdict.Decision

    static func scan(
        _ depth: Int = 40, _ height: Int = 160, _ width: Int = 160,
        spacing: Spacing = Spacing(depth: 1.5, height: 0.5, width: 0.5),
        _ value: (Int, Int, Int) -> Float = scatter
    ) -> Volume {
        volume(depth, height, width, spacing: spacing, value)
    }

    @Test("an ordinary scan is accepted without a reason")
    func accepts() {
        let verdict = QualityGate().verdict(on: Self.scan(), sequence: "T2")
        #expect(verdict.decision == .accept)
        #expect(verdict.reasons.isEmpty)
    }

    static let geometries: [(String, (Int, Int, Int), Spacing, Code, Decision)] = [
        (
            "pixels too large", (40, 64, 64), Spacing(depth: 1.5, height: 2, width: 2), .spacing,
            .refuse
        ),
        (
            "pixels too small", (40, 64, 64), Spacing(depth: 1.5, height: 0.05, width: 0.5),
            .spacing, .refuse
        ),
        (
            "oblong pixels", (40, 64, 160), Spacing(depth: 1.5, height: 1.2, width: 0.5), .spacing,
            .warn
        ),
        (
            "slices too far apart", (10, 160, 160), Spacing(depth: 8, height: 0.5, width: 0.5),
            .spacing, .refuse
        ),
        (
            "thick slices", (20, 160, 160), Spacing(depth: 3, height: 0.5, width: 0.5),
            .thickSlices, .warn
        ),
        (
            "few slices", (4, 160, 160), Spacing(depth: 4, height: 0.5, width: 0.5), .fewSlices,
            .refuse
        ),
        (
            "narrow", (40, 160, 100), Spacing(depth: 1.5, height: 0.5, width: 0.5), .fieldOfView,
            .warn
        ),
        (
            "shallow", (40, 60, 160), Spacing(depth: 1.5, height: 0.5, width: 0.5), .fieldOfView,
            .warn
        ),
        (
            "a thin slab", (6, 160, 160), Spacing(depth: 1.5, height: 0.5, width: 0.5),
            .fieldOfView, .warn
        ),
        (
            "longer than a head", (90, 64, 64), Spacing(depth: 5, height: 1, width: 1),
            .fieldOfView, .refuse
        ),
    ]

    @Test("geometry that cannot be trusted is named with its code", arguments: geometries)
    func geometry(
        name: String, sides: (Int, Int, Int), spacing: Spacing, code: Code, decision: Decision
    ) {
        let verdict = QualityGate().verdict(
            on: Self.scan(sides.0, sides.1, sides.2, spacing: spacing))
        #expect(
            verdict.reasons.contains { $0.code == code && $0.decision == decision },
            "\(name): \(verdict.reasons)")
        #expect(verdict.decision >= decision)
    }

    @Test("1.5 mm slices are thin enough and 1.7 mm are not")
    func thickness() {
        for (depth, isThick) in [(1.5, false), (1.6, false), (1.7, true)] {
            let verdict = QualityGate().verdict(
                on: Self.scan(spacing: Spacing(depth: depth, height: 0.5, width: 0.5)))
            #expect(verdict.reasons.contains { $0.code == .thickSlices } == isThick)
        }
    }

    @Test("sagittal slices bring a warning")
    func orientation() {
        let affine = Affine(
            origin: .zero, depthStep: [1.5, 0, 0], heightStep: [0, 0, -0.5],
            widthStep: [0, 0.5, 0])
        let axial = Self.scan()
        let sagittal = Volume(shape: axial.shape, affine: affine, voxels: axial.voxels)
        #expect(QualityGate().verdict(on: sagittal).reasons.map(\.code) == [.orientation])
    }

    @Test("axes that lie almost in one plane are refused")
    func skewedAxes() {
        let axial = Self.scan()
        let affine = Affine(
            origin: .zero, depthStep: [0, 1.45, 0.4], heightStep: [0, 0.5, 0],
            widthStep: [0.5, 0, 0])
        let verdict = QualityGate().verdict(
            on: Volume(shape: axial.shape, affine: affine, voxels: axial.voxels))
        #expect(verdict.reasons.first?.code == .spacing)
        #expect(verdict.decision == .refuse)
    }

    static let values: [(String, Code, Decision, @Sendable (Int, Int, Int) -> Float)] = [
        ("constant", .constant, .refuse, { _, _, _ in 7 }),
        ("one NaN", .notFinite, .refuse, { d, h, w in d + h + w == 0 ? .nan : scatter(d, h, w) }),
        ("one infinity", .notFinite, .refuse, { d, h, w in w == 3 ? .infinity : scatter(d, h, w) }),
        ("a mask", .fewValues, .refuse, { _, h, w in h * w % 97 == 0 ? 1 : 0 }),
        (
            "a twentieth clipped", .saturated, .warn,
            { d, h, w in w % 20 == 0 ? 4095 : scatter(d, h, w) }
        ),
        ("half clipped", .saturated, .refuse, { d, h, w in w % 2 == 0 ? 4095 : scatter(d, h, w) }),
    ]

    @Test("voxels that are no image are named with their code", arguments: values)
    func intensities(
        name: String, code: Code, decision: Decision, value: @Sendable (Int, Int, Int) -> Float
    ) {
        let verdict = QualityGate().verdict(on: Self.scan(8, 160, 160, value))
        #expect(verdict.reasons.map(\.code) == [code], "\(name)")
        #expect(verdict.decision == decision, "\(name)")
    }

    @Test(
        "names of T2 sequences are known",
        arguments: [
            "T2", "t2_ci3d_tra_1.5mm_v2_448", "t2_tse3d_tra_v2_384", "3D CISS", "FIESTA-C",
            "bFFE", "B-FFE iam", "T2w", "T2 DRIVE", "SPACE", "CUBE T2",
        ])
    func t2(name: String) { #expect(QualityGate.isT2(name)) }

    @Test(
        "names of other sequences are refused",
        arguments: [
            "T1", "t1_mprage_sag", "T1 SPACE post", "T2 FLAIR", "t2*", "T2star", "DWI", "PD TSE",
            "SWI", "t2_fl2d_tra_hemo", "TOF", "CT", "axial", "",
        ])
    func others(name: String) {
        #expect(!QualityGate.isT2(name))
        let verdict = QualityGate().verdict(on: Self.scan(), sequence: name)
        #expect(verdict.reasons.map(\.code) == [.sequence])
        #expect(verdict.decision == .refuse)
    }

    @Test("a T2 series named after contrast medium brings a warning")
    func contrast() {
        let verdict = QualityGate().verdict(on: Self.scan(), sequence: "t2_ci3d_tra_gad")
        #expect(verdict.reasons.map(\.code) == [.contrast])
        #expect(verdict.decision == .warn)
    }

    @Test("an unknown sequence is not held against a scan")
    func unknown() { #expect(QualityGate().verdict(on: Self.scan()).decision == .accept) }

    @Test("reasons are sorted by gravity and every message ends a sentence")
    func order() {
        let verdict = QualityGate().verdict(
            on: Self.scan(4, 30, 30, spacing: Spacing(depth: 3, height: 0.5, width: 0.5)),
            sequence: "T1")
        let decisions = verdict.reasons.map(\.decision)
        #expect(decisions == decisions.sorted(by: >))
        #expect(decisions.first == .refuse)
        #expect(decisions.last == .warn)
        #expect(verdict.reasons.allSatisfy { $0.message.hasSuffix(".") })
    }
}
