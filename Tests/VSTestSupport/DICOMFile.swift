package import Foundation
import VSImaging

/// A DICOM file made for a test: explicit VR little endian, elements in the order of their tags.
package struct DICOMFile {
    package enum Value {
        case text(String, String)
        case short(UInt16)
        case doubles([Double])
        case bytes(String, Data)
        case items([DICOMFile])
    }

    package var elements: [UInt32: Value] = [:]
    /// The transfer syntax that the file's head claims.
    package var transferSyntax = "1.2.840.10008.1.2.1"

    package init() {}

    /// A classic MR image of a heavily T2-weighted 3D series, one slice of it.
    package init(slice: Int, series: String = "1.2.3.4", pixels: [UInt16], columns: Int) {
        self[0x0008_0008] = .text("CS", "ORIGINAL\\PRIMARY\\M\\ND")
        self[0x0008_0016] = .text("UI", "1.2.840.10008.5.1.4.1.1.4")
        self[0x0008_0018] = .text("UI", "\(series).\(slice)")
        self[0x0008_0020] = .text("DA", "20200102")
        self[0x0008_0022] = .text("DA", "20200103")
        self[0x0008_0060] = .text("CS", "MR")
        self[0x0008_0070] = .text("LO", "SIEMENS")
        self[0x0008_103E] = .text("LO", "t2_ci3d_tra_1.5mm")
        self[0x0010_0020] = .text("LO", "P1")
        self[0x0018_0020] = .text("CS", "GR")
        self[0x0018_0021] = .text("CS", "SK\\SS")
        self[0x0018_0023] = .text("CS", "3D")
        self[0x0018_0050] = .text("DS", "1.5")
        self[0x0018_0080] = .text("DS", "7.5")
        self[0x0018_0081] = .text("DS", "4.4")
        self[0x0018_0087] = .text("DS", "1.5")
        self[0x0018_1314] = .text("DS", "70")
        self[0x0020_000D] = .text("UI", "1.2.3")
        self[0x0020_000E] = .text("UI", series)
        self[0x0020_0011] = .text("IS", "5")
        self[0x0020_0013] = .text("IS", "\(slice)")
        self[0x0020_0032] = .text("DS", "-50\\-40\\\(Double(slice) * 1.5)")
        self[0x0020_0037] = .text("DS", "1\\0\\0\\0\\1\\0")
        self[0x0020_0052] = .text("UI", "1.2.3.9")
        self[0x0028_0002] = .short(1)
        self[0x0028_0004] = .text("CS", "MONOCHROME2")
        self[0x0028_0010] = .short(UInt16(pixels.count / columns))
        self[0x0028_0011] = .short(UInt16(columns))
        self[0x0028_0030] = .text("DS", "0.8\\0.5")
        self[0x0028_0100] = .short(16)
        self[0x0028_0101] = .short(12)
        self[0x0028_0102] = .short(11)
        self[0x0028_0103] = .short(0)
        setPixels(pixels)
    }

    package subscript(_ tag: UInt32) -> Value? {
        get { elements[tag] }
        set { elements[tag] = newValue }
    }

    package mutating func setPixels(_ pixels: [UInt16]) {
        self[0x7FE0_0010] = .bytes(
            "OW", pixels.map(\.littleEndian).withUnsafeBytes { Data($0) })
    }

    /// The file, with a preamble and the meta information.
    package var data: Data {
        var meta = DICOMFile()
        meta[0x0002_0001] = .bytes("OB", Data([0, 1]))
        meta[0x0002_0002] = self[0x0008_0016] ?? .text("UI", "1.2.3")
        meta[0x0002_0003] = self[0x0008_0018] ?? .text("UI", "1.2.3")
        meta[0x0002_0010] = .text("UI", transferSyntax)
        let body = meta.dataset
        var head = DICOMFile()
        head[0x0002_0000] = .bytes(
            "UL", withUnsafeBytes(of: UInt32(body.count).littleEndian) { Data($0) })
        return Data(count: 128) + Data("DICM".utf8) + head.dataset + body + dataset
    }

    package func write(to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private var dataset: Data {
        var result = Data()
        for tag in elements.keys.sorted() {
            guard let value = elements[tag] else { continue }
            result.append(number: UInt16(tag >> 16))
            result.append(number: UInt16(tag & 0xFFFF))
            switch value {
            case .text(let vr, let text):
                let pad = vr == "UI" ? "\0" : " "
                let bytes = Data((text.utf8.count % 2 == 0 ? text : text + pad).utf8)
                result.append(element: vr, bytes)
            case .short(let number):
                result.append(
                    element: "US", withUnsafeBytes(of: number.littleEndian) { Data($0) })
            case .doubles(let numbers):
                let bits = numbers.map(\.bitPattern.littleEndian)
                result.append(element: "FD", bits.withUnsafeBytes { Data($0) })
            case .bytes(let vr, let bytes): result.append(element: vr, bytes)
            case .items(let items):
                var content = Data()
                for item in items {
                    let bytes = item.dataset
                    content.append(number: UInt16(0xFFFE))
                    content.append(number: UInt16(0xE000))
                    content.append(number: UInt32(bytes.count))
                    content += bytes
                }
                result.append(element: "SQ", content)
            }
        }
        return result
    }
}

extension Data {
    fileprivate mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(element vr: String, _ bytes: Data) {
        append(Data(vr.utf8))
        if ["OB", "OW", "SQ", "UN"].contains(vr) {
            append(number: UInt16(0))
            append(number: UInt32(bytes.count))
        } else {
            append(number: UInt16(bytes.count))
        }
        append(bytes)
    }
}

/// Writes the slices of a series, in an order that is not that of the stack, each changed by
/// `change(slice from 1, file)`; returns the folder.
@discardableResult
package func writeSeries(
    to folder: String, count: Int = 6, rows: Int = 8, columns: Int = 10, series: String = "1.2.3.4",
    value: (Int, Int, Int) -> UInt16 = { UInt16($0 * 100 + $1 * 10 + $2) },
    change: (Int, inout DICOMFile) -> Void = { _, _ in }
) throws -> String {
    for slice in 1...count {
        var pixels: [UInt16] = []
        for row in 0..<rows {
            for column in 0..<columns { pixels.append(value(slice, row, column)) }
        }
        var file = DICOMFile(slice: slice, series: series, pixels: pixels, columns: columns)
        change(slice, &file)
        // The names run against the positions.
        try file.write(to: "\(folder)/\(series)-\(String(format: "%03d", 900 - slice)).dcm")
    }
    return folder
}

extension DICOMFile {
    /// An enhanced multi-frame MR image, with the slices of `writeSeries` where nothing else is said.
    package init(
        enhanced frames: Int, rows: Int, columns: Int, pixels: [UInt16],
        spacing: String = "0.8\\0.5",
        position: (Int) -> String = { "-50\\-40\\\(Double($0) * 1.5)" }
    ) {
        self.init(slice: 1, pixels: pixels, columns: columns)
        for tag: UInt32 in [0x0020_0032, 0x0020_0037, 0x0028_0030, 0x0018_0081, 0x0018_0080] {
            self[tag] = nil
        }
        self[0x0008_0016] = .text("UI", "1.2.840.10008.5.1.4.1.1.4.1")
        self[0x0028_0008] = .text("IS", "\(frames)")
        self[0x0028_0010] = .short(UInt16(rows))
        func group(_ tag: UInt32, _ value: Value) -> Value {
            var item = DICOMFile()
            item[tag] = value
            return .items([item])
        }
        var shared = DICOMFile()
        shared[0x0020_9116] = group(0x0020_0037, .text("DS", "1\\0\\0\\0\\1\\0"))
        shared[0x0028_9110] = group(0x0028_0030, .text("DS", spacing))
        shared[0x0018_9114] = group(0x0018_9082, .doubles([120]))
        self[0x5200_9229] = .items([shared])
        self[0x5200_9230] = .items(
            (1...frames).map { frame in
                var item = DICOMFile()
                item[0x0020_9113] = group(0x0020_0032, .text("DS", position(frame)))
                return item
            })
    }
}

/// Writes the head with a bright cube on the left, `half` mm from middle to face, as a series of
/// DICOM slices; returns the folder.
@discardableResult
package func writeHeadStudy(
    to folder: String, series: String = "1.2.3.4", half: Double = 4,
    change: (Int, inout DICOMFile) -> Void = { _, _ in }
) throws -> String {
    let head = head(spots: [([22, 0, 12], half)])
    let shape = head.shape
    return try writeSeries(
        to: folder, count: shape.depth, rows: shape.height, columns: shape.width, series: series,
        value: { UInt16(head[$0 - 1, $1, $2]) }
    ) { slice, file in
        let origin = head.affine.point(Double(slice - 1), 0, 0)
        file[0x0020_0032] = .text("DS", "\(origin.x)\\\(origin.y)\\\(origin.z)")
        file[0x0028_0030] = .text("DS", "0.8\\0.8")
        change(slice, &file)
    }
}
