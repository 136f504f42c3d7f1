import Foundation
import Testing
import VSImaging
import VSStore
import VSTestSupport

struct ImageStoreTests {
    private let folder: TemporaryFolder
    private let images: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        images = ImageStore(folder: folder.file("images"))
    }

    private func line(_ voxels: [Float], affine: Affine? = nil) -> Volume {
        Volume(
            shape: GridShape(depth: 1, height: 1, width: voxels.count),
            affine: affine ?? Affine(spacing: Spacing(depth: 1.5, height: 0.4, width: 0.4)),
            voxels: voxels)
    }

    static let contents: [[Float]] = [
        [0, 1, -1, 32767, -32767], [0, 32768, -32768, 65535, 16_777_216], [0.5, -0.25, 1e-3],
        [0, -0.0, 5], [.nan, .infinity, -.infinity, 1], [Float(bitPattern: 0x7FC1_2345), 2],
        [.leastNonzeroMagnitude, .greatestFiniteMagnitude], [7],
    ]

    @Test("voxels come back bit for bit", arguments: contents)
    func voxels(values: [Float]) throws {
        let volume = line(values)
        let hash = try images.insert(volume)
        let back = try images.volume(hash)
        #expect(back.shape == volume.shape)
        #expect(back.voxels.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(ImageStore.contentHash(of: back) == hash)
    }

    @Test("a file of the first form, packed by zlib, is read")
    func firstForm() throws {
        let volume = line([1, 2, 3])
        let hash = try images.insert(volume)
        let file = URL(fileURLWithPath: images.path(hash))
        let head = try #require(
            String(decoding: try Data(contentsOf: file), as: UTF8.self)
                .split(separator: "\n").dropFirst().first)
        // 1, 2, 3 as int16, by Python's zlib.
        let packed: [UInt8] = [
            0x78, 0x5E, 0x63, 0x64, 0x60, 0x62, 0x60, 0x66, 0x00, 0x00, 0x00, 0x1A, 0x00, 0x07,
        ]
        try (Data("vsdb-volume-1\n\(head)\n".utf8) + packed).write(to: file)
        #expect(try images.volume(hash) == volume)
    }

    @Test("the geometry comes back bit for bit, its negative zeros too")
    func geometry() throws {
        let affine = Affine(
            origin: [-0.0, 1e-300, -123.456_789_012_345_6], depthStep: [0.1, -0.0, 1.5],
            heightStep: [-0.0, 0.1 + 0.2, 1.0 / 3], widthStep: [-0.4, .leastNonzeroMagnitude, -0.0])
        let volume = line([1, 2, 3], affine: affine)
        let back = try images.volume(try images.insert(volume)).affine
        for (a, b) in [
            (affine.origin, back.origin), (affine.depthStep, back.depthStep),
            (affine.heightStep, back.heightStep), (affine.widthStep, back.widthStep),
        ] {
            for axis in 0..<3 { #expect(a[axis].bitPattern == b[axis].bitPattern) }
        }
    }

    @Test("the hash is SHA-256 of sides, affine and voxels, little-endian, as it has always been")
    func hash() {
        let volume = Volume(
            shape: GridShape(depth: 1, height: 2, width: 2),
            affine: Affine(
                origin: [1, 2, 3], depthStep: [0, 0, 1.5], heightStep: [0, 0.5, 0],
                widthStep: [0.5, 0, 0]), voxels: [1, -2, 0.5, 1000])
        #expect(
            ImageStore.contentHash(of: volume)
                == "d92eec40685a30f6af4a78d8b3c97e3d43e12f0545cbd82795c16ca3ed2eca59")
    }

    @Test("another voxel, sign of zero, place or shape is another content")
    func different() {
        let base = Volume(
            shape: GridShape(depth: 1, height: 2, width: 3),
            affine: Affine(spacing: Spacing(depth: 1.5, height: 0.4, width: 0.4)),
            voxels: [0, 1, 2, 3, 4, 5])
        var negative = base
        negative.voxels[0] = -0.0
        var brighter = base
        brighter.voxels[5] = 5.000_001
        var affine = base.affine
        affine.origin.x = 1e-12
        let moved = Volume(shape: base.shape, affine: affine, voxels: base.voxels)
        let turned = Volume(
            shape: GridShape(depth: 1, height: 3, width: 2), affine: base.affine,
            voxels: base.voxels)
        let hashes = [base, negative, brighter, moved, turned].map(ImageStore.contentHash)
        #expect(Set(hashes).count == 5)
    }

    @Test("the same content a second time leaves the file as it was")
    func once() throws {
        let hash = try images.insert(sampleVolume(1))
        func number() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: images.path(hash))[.systemFileNumber]
                as? Int
        }
        let before = try number()
        #expect(try images.insert(sampleVolume(1)) == hash)
        #expect(try number() == before)
        try images.insert(sampleVolume(2))
        #expect(images.hashes().count == 2)
        #expect(images.contains(hash))
    }

    @Test("a content whose file is damaged is written anew")
    func damagedBefore() throws {
        let volume = line([1, 2, 3])
        let hash = try images.insert(volume)
        try Data([0]).write(to: URL(fileURLWithPath: images.path(hash)))
        #expect(try images.insert(volume) == hash)
        #expect(try images.volume(hash) == volume)
    }

    @Test("a missing file is an error that says so")
    func missing() throws {
        let hash = try images.insert(sampleVolume(1))
        images.remove(hash)
        let error = #expect(throws: StoreError.self) { try images.volume(hash) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("missing") == true)
    }

    @Test("a file cut off anywhere is damaged")
    func truncated() throws {
        let hash = try images.insert(sampleVolume(1))
        let file = URL(fileURLWithPath: images.path(hash))
        let data = try Data(contentsOf: file)
        for length in 0..<data.count {
            try data.prefix(length).write(to: file)
            let error = #expect(throws: StoreError.self) { try images.volume(hash) }
            #expect(error?.code == .corrupt, "\(length) bytes")
        }
    }

    @Test("a bit flipped anywhere never gives other voxels under the same hash")
    func flipped() throws {
        let hash = try images.insert(sampleVolume(1))
        let file = URL(fileURLWithPath: images.path(hash))
        let data = try Data(contentsOf: file)
        for place in data.indices {
            var broken = data
            broken[place] ^= 0x04
            try broken.write(to: file)
            guard let back = try? images.volume(hash) else { continue }
            #expect(back == sampleVolume(1) || ImageStore.contentHash(of: back) != hash)
        }
    }

    @Test(
        "a head that lies about the size is damage and takes no memory",
        arguments: [
            "9223372036854775807", "3037000500", "-2", "0", "2000000000", "1000000",
        ])
    func lies(side: String) throws {
        let hash = try images.insert(sampleVolume(1))
        let file = URL(fileURLWithPath: images.path(hash))
        let text = String(decoding: try Data(contentsOf: file).prefix(400), as: Unicode.ASCII.self)
        #expect(text.contains("\"depth\":2"))
        var data = try Data(contentsOf: file)
        for (key, value) in [("depth", 2), ("height", 3)] {
            let found = try #require(data.range(of: Data("\"\(key)\":\(value)".utf8)))
            data.replaceSubrange(found, with: Data("\"\(key)\":\(side)".utf8))
        }
        try data.write(to: file)
        let error = #expect(throws: StoreError.self) { try images.volume(hash) }
        #expect(error?.code == .corrupt)
    }

    @Test("a place where no folder can be made is an error, and nothing is left")
    func unwritable() throws {
        try Data([1]).write(to: URL(fileURLWithPath: folder.file("images")))
        let error = #expect(throws: StoreError.self) { try images.insert(sampleVolume(1)) }
        #expect(error?.code == .readOnly)
        #expect(images.hashes().isEmpty)
    }

    @Test("a content that is missing or damaged is stored again, and a whole one is left")
    func restore() throws {
        let volume = sampleVolume(1)
        let hash = try images.insert(volume)
        #expect(try !images.restore(volume))
        images.remove(hash)
        #expect(try images.restore(volume))
        #expect(try images.volume(hash) == volume)
        try Data("rubbish".utf8).write(to: URL(fileURLWithPath: images.path(hash)))
        #expect(try images.restore(volume))
        #expect(try images.volume(hash) == volume)
    }
}
