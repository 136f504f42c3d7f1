import Foundation
import VSImaging

/// What the fuzzer mutates: the bytes of a scan's files, which go through the whole reading of
/// `vsdb register scan`, from the choice of the reader to the volume.
///
/// The bytes say what they are: a zip archive, gzip, a NIfTI header, a NIfTI pair's name is not needed.
/// Where `DICM` stands several times behind a preamble, each is a file of its own in one folder, so that
/// a whole stack of slices can be mutated as one input.
enum FuzzedScan {
    /// A folder of this process alone; `scripts/fuzz` puts it into memory.
    static let folder: String = {
        let path = NSTemporaryDirectory() + "/fuzz-\(getpid())"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }()

    /// Reads the bytes as the program would, and ends the process where that left something behind.
    static func read(_ data: Data) {
        let path = write(data)
        do {
            let input = try ScanInput.read(path)
            precondition(
                input.image.volume.voxels.count == input.image.volume.shape.count,
                "a volume holds as many voxels as its shape says")
        } catch {
            precondition(!"\(error)".isEmpty, "an error says what is wrong")
        }
        _ = try? StructureSet(path)
        if path.hasSuffix(".nii") || path.hasSuffix(".gz") { _ = try? ScanReader.readMask(path) }
        try? FileManager.default.removeItem(atPath: path)
        let left = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        precondition(left.isEmpty, "nothing is left behind")
        let archives =
            (try? FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()))
        precondition(
            archives?.contains { $0.hasPrefix("vsdb-zip-") } == false,
            "an unpacked archive is removed")
    }

    /// Puts the bytes where the reader for them is chosen.
    private static func write(_ data: Data) -> String {
        let slices = slices(of: data)
        guard slices.count < 2 else {
            let stack = folder + "/stack"
            try? FileManager.default.createDirectory(
                atPath: stack, withIntermediateDirectories: true)
            for (number, slice) in slices.enumerated() {
                try? slice.write(to: URL(fileURLWithPath: "\(stack)/\(number)"))
            }
            return stack
        }
        let path = folder + "/scan" + ending(of: data)
        try? data.write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func ending(_ start: [UInt8]) -> String {
        let size = start.prefix(4)
        if start.starts(with: [0x1F, 0x8B]) { return ".nii.gz" }
        if start.starts(with: [0x50, 0x4B]) { return ".zip" }
        let headers: [[UInt8]] = [
            [92, 1, 0, 0], [0, 0, 1, 92], [28, 2, 0, 0], [0, 0, 2, 28],
        ]
        return headers.contains(Array(size)) ? ".nii" : ""
    }

    private static func ending(of data: Data) -> String { ending(Array(data.prefix(4))) }

    /// The files that begin with 128 bytes and `DICM`.
    private static func slices(of data: Data) -> [Data] {
        var starts: [Int] = []
        var from = data.startIndex
        let mark = Data("DICM".utf8)
        while starts.count < 64, let found = data.range(of: mark, in: from..<data.endIndex) {
            if found.lowerBound - data.startIndex >= 128 {
                starts.append(found.lowerBound - 128)
            }
            from = found.upperBound
        }
        return starts.enumerated().map { index, start in
            let end = index + 1 < starts.count ? max(start, starts[index + 1]) : data.endIndex
            return Data(data[start..<end])
        }
    }
}

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImport(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let bytes { FuzzedScan.read(Data(bytes: bytes, count: count)) }
    return 0
}
