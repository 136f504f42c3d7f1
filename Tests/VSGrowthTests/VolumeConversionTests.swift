import Testing
import VSGrowth

@Suite struct VolumeConversionTests {
    /// Diameter of a sphere, its volume, what 20 % of volume adds to the diameter, and what 2 mm
    /// add to the volume in percent; rounded as published tables are.
    static let table: [(mm: Double, mm3: Double, addedMm: Double, addedPercent: Double)] = [
        (5, 65, 0.31, 174), (8, 268, 0.50, 95), (10, 524, 0.63, 73), (12, 905, 0.75, 59),
        (15, 1767, 0.94, 46), (20, 4189, 1.25, 33), (30, 14137, 1.88, 21),
    ]

    @Test("diameters and volumes convert as in the table", arguments: table)
    func convert(row: (mm: Double, mm3: Double, addedMm: Double, addedPercent: Double)) {
        let volume = VolumeConversion.volumeMm3(diameterMm: row.mm)
        #expect(volume.rounded() == row.mm3)
        let grown = VolumeConversion.equivalentDiameterMm(volumeMm3: 1.2 * volume)
        #expect(abs(grown - row.mm - row.addedMm) <= 0.0051)
        let larger = VolumeConversion.volumeMm3(diameterMm: row.mm + 2)
        #expect((100 * (larger / volume - 1)).rounded() == row.addedPercent)
        #expect(isClose(VolumeConversion.equivalentDiameterMm(volumeMm3: volume), row.mm))
    }

    @Test("equivalent diameters are the published ones", arguments: [(161.0, 6.7), (1407, 13.9)])
    func diameter(mm3: Double, mm: Double) {
        let found = VolumeConversion.equivalentDiameterMm(volumeMm3: mm3)
        #expect(abs(found - mm) < 0.06)
    }
}
