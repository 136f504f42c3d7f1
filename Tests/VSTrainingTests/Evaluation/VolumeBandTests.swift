import Testing
import VSTraining

struct VolumeBandTests {
    @Test("each volume falls into its band, the border into the upper one")
    func bands() throws {
        #expect(VolumeBand.names.count == VolumeBand.upperMm3.count)
        let volumes = [1, 99, 100, 199, 200, 499, 500, 1499, 1500, 9000]
        let scores = try volumes.map(SampleScores.tumour)
        let bands = VolumeBand.split(scores)
        #expect(bands.map(\.name) == ["<100", "100-200", "200-500", "500-1500", ">1500"])
        #expect(
            bands.map { $0.scores.map(\.truthVolumeMm3) } == [
                [1, 99], [100, 199], [200, 499], [500, 1499], [1500, 9000],
            ])
    }

    @Test("bands without a case, and cases without a tumour, are left out")
    func emptyBands() throws {
        let scores = [
            try SampleScores.tumour(300), try SampleScores.tumour(0), try SampleScores.tumour(310),
        ]
        let bands = VolumeBand.split(scores)
        #expect(bands.map(\.name) == ["200-500"] && bands[0].scores.count == 2)
        #expect(VolumeBand.split([]).isEmpty)
    }
}
