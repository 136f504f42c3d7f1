import Testing
import VSGrowth
import VSImaging
import VSStore

/// Identity over time: what an exam shows that is no number.
struct FindingTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    /// The kinds that an exam's registration leaves open.
    private func kinds(
        _ number: Int, _ sides: [String], movedMm: Double = 0, others: [OtherComponent] = []
    ) throws -> [FindingRecord.Kind] {
        let volume = sampleVolume(number)
        try store.images.insert(volume)
        var tumours = sides.map { tumourEntry($0, mm3: 900, in: volume) }
        for index in tumours.indices { tumours[index].volume.centroidYMm += movedMm }
        var entry = segmentationEntry(model, tumours)
        entry.otherComponents = others
        let made = try store.recordRegistration(
            scanEntry("p1", on: day(100 * number), volume), segmentation: entry,
            rule: GrowthRule())
        return try store.findings(ofScan: made.scan).filter(\.isOpen).map(\.kind)
    }

    @Test("the first exam, and the same tumour again, are no finding")
    func none() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        #expect(try kinds(1, ["left"], movedMm: 49.9).isEmpty)
        #expect(try store.openFindings().isEmpty)
    }

    @Test("a tumour that is gone, and one that is new, are findings and no numbers")
    func vanishedAndNew() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        #expect(try kinds(1, []) == [.vanished])
        #expect(try kinds(2, ["left", "right"]) == [.newTumour])
        let tumours = try store.tumourSummaries(ofPatient: "p1")
        #expect(tumours.map(\.growthClass) == ["stable", "baseline"])
    }

    @Test("a tumour that people outlined is known to a model that finds it, or does not")
    func outlinedBefore() throws {
        let scan = try registerUnsegmented(0)
        try store.recordOutlines(
            OutlineEntry(
                reader: "A", sourceName: "m.nii",
                tumours: [tumourEntry("left", mm3: 900, in: sampleVolume(0))]), scan: scan,
            rule: GrowthRule())
        #expect(try kinds(1, ["left"]).isEmpty)
        #expect(try kinds(2, ["left"], movedMm: 60) == [.moved])
        #expect(try kinds(3, []) == [.vanished])
    }

    @Test("an exam is compared with the later of a model's measurement and a person's")
    func laterOfBoth() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        let scan = try registerUnsegmented(1)
        var there = tumourEntry("left", mm3: 900, in: sampleVolume(1))
        there.volume.centroidYMm += 45
        try store.recordOutlines(
            OutlineEntry(reader: "A", sourceName: "m.nii", tumours: [there]), scan: scan,
            rule: GrowthRule())
        // 90 mm from the model's place, 45 from the outline's.
        #expect(try kinds(2, ["left"], movedMm: 90).isEmpty)
        try store.recordWithdrawal(
            WithdrawalEntry(reader: "A", reason: "wrong"), scan: scan, rule: GrowthRule())
        #expect(try kinds(3, ["left"], movedMm: 180) == [.moved])
    }

    private func registerUnsegmented(_ number: Int) throws -> Int64 {
        let volume = sampleVolume(number)
        try store.images.insert(volume)
        return try store.recordRegistration(
            scanEntry("p1", on: day(100 * number), volume), segmentation: nil, rule: GrowthRule()
        ).scan
    }

    @Test("a tumour found after an exam without one is new")
    func afterNothing() throws {
        #expect(try kinds(0, []).isEmpty)
        #expect(try kinds(1, ["left"]) == [.newTumour])
    }

    @Test("a flip to the other side is one finding, and nothing is compared across sides")
    func flipped() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        #expect(try kinds(1, ["right"]) == [.otherSide])
        let tumours = try store.tumourSummaries(ofPatient: "p1")
        #expect(tumours.map(\.growthClass) == ["baseline", "baseline"])
    }

    @Test("a tumour far from its place is a finding")
    func moved() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        #expect(try kinds(1, ["left"], movedMm: 51) == [.moved])
    }

    @Test("a tumour that was operated on may be gone")
    func operated() throws {
        #expect(try kinds(0, ["left"]).isEmpty)
        try store.recordTreatment(
            Treatment(kind: .surgery, date: day(50)), patient: "p1", side: "left",
            rule: GrowthRule())
        #expect(try kinds(1, []).isEmpty)
    }

    @Test("a further component is pointed out once a side")
    func components() throws {
        let other = OtherComponent(side: "right", volumeMm3: 120)
        #expect(try kinds(0, ["left"], others: [other]) == [.newComponent])
        #expect(try kinds(1, ["left"], others: [other]).isEmpty)
    }

    @Test("an exam registered late is compared with those before it")
    func late() throws {
        #expect(try kinds(5, ["left"]).isEmpty)
        // Nothing was known before it.
        #expect(try kinds(1, ["right"]).isEmpty)
    }

    @Test("a review, or another segmentation, closes a scan's findings")
    func closed() throws {
        _ = try kinds(0, ["left"])
        _ = try kinds(1, [])
        let open = try #require(try store.openFindings().first)
        try store.recordReview(
            ReviewEntry(segmentation: 2, state: .accepted, reader: "A"), rule: GrowthRule())
        #expect(try store.openFindings().isEmpty)
        #expect(try store.findings(ofScan: open.scanId).map(\.isOpen) == [false])
        _ = try kinds(2, ["left"], movedMm: 51)
        #expect(try store.openFindings().map(\.kind) == [.moved])
        try store.recordSegmentation(
            segmentationEntry(model, [tumourEntry("left", mm3: 900, in: sampleVolume(2))]),
            scan: 3, rule: GrowthRule())
        #expect(try store.openFindings().isEmpty)
    }
}
