import Testing
import VSPhantom

@Suite struct TumourShapeTests {
    static let outlines = Result { try TumourOutlines.bundled() }

    @Test func `the outlines hold no meningioma and both splits`() throws {
        let outlines = try Self.outlines.get()
        #expect(outlines.subjects.count == 171)
        #expect(!outlines.subjects.contains { ["sub-063", "sub-073"].contains($0.id) })
        #expect(outlines.subjects.filter { $0.split == .training }.count == 151)
        #expect(outlines.subjects.filter { $0.split == .validation }.count == 20)
        let kinds = Set(outlines.subjects.flatMap { $0.structures.map(\.kind) })
        #expect(kinds.isSuperset(of: [.tumour, .cochlea, .followUp]))
    }

    @Test func `no subject is in both splits`() throws {
        let outlines = try Self.outlines.get()
        let training = TumourShapeLibrary(outlines, split: .training)
        let validation = TumourShapeLibrary(outlines, split: .validation)
        #expect(!training.entries.isEmpty && !validation.entries.isEmpty)
        #expect(
            Set(training.entries.map(\.subject)).isDisjoint(with: validation.entries.map(\.subject))
        )
    }

    @Test func `a solid keeps the volume of its outlines`() throws {
        let library = TumourShapeLibrary(try Self.outlines.get(), split: .validation)
        for index in 0..<6 {
            let entry = library.entries[index]
            let ratio = library.shape(index).volumeMm3 / entry.planimetricVolumeMm3
            #expect(abs(ratio - 1) < 0.02, "\(entry.subject): \(ratio)")
        }
    }

    @Test(arguments: [50.0, 161, 700, 8000])
    func `a shape has the volume asked for`(wanted: Double) throws {
        let library = TumourShapeLibrary(try Self.outlines.get(), split: .validation)
        var random = CounterRandom(seed: 11, UInt64(wanted))
        let shape = library.shape(volumeMm3: wanted, random: &random)
        #expect(abs(shape.volumeMm3 / wanted - 1) < 1e-9)
        #expect(abs(counted(shape) / wanted - 1) < 0.015, "seed 11: \(counted(shape)) of \(wanted)")
    }

    @Test func `a tumour reaches into the canal and bulges out of it`() throws {
        let library = TumourShapeLibrary(try Self.outlines.get(), split: .validation)
        for index in library.entries.indices where library.entries[index].planimetricVolumeMm3 > 600
        {
            let shape = library.shape(index)
            #expect(shape.upper.x > 0.5 && shape.lower.x < -3, "\(shape.subject)")
            #expect(shape.upper.x < 14)
        }
    }

    /// The volume by counting cells of a sixtieth of the box's longest side whose centre is inside.
    private func counted(_ shape: TumourShape) -> Double {
        let size = shape.upper - shape.lower
        let cell = size.max() / 60
        var count = 0
        var point = shape.lower
        while point.z < shape.upper.z {
            point.y = shape.lower.y
            while point.y < shape.upper.y {
                point.x = shape.lower.x
                while point.x < shape.upper.x {
                    if shape.signedDistance(at: point) < 0 { count += 1 }
                    point.x += cell
                }
                point.y += cell
            }
            point.z += cell
        }
        return Double(count) * Double(cell * cell * cell)
    }
}
