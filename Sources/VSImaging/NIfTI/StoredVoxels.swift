import Foundation

/// The voxels of a file in the machine's byte order, before scaling.
struct StoredVoxels {
    let data: Data
    let header: NIfTIHeader

    /// The scaled values in canonical order.
    func canonical(_ axes: AxisOrder) -> [Float] {
        read(axes, as: Scaled(slope: header.slope, inter: header.inter))
    }

    /// 1 where the scaled value is above one half, else 0, in canonical order.
    func mask(_ axes: AxisOrder) -> [UInt8] {
        if header.datatype == .uint8, header.slope == 1, header.inter == 0 {
            return arrange(UInt8.self, axes, as: AboveZero())
        }
        return read(axes, as: AboveHalf(scaled: Scaled(slope: header.slope, inter: header.inter)))
    }

    private func read<Rule: VoxelRule>(_ axes: AxisOrder, as rule: Rule) -> [Rule.Value] {
        switch header.datatype {
        case .uint8: arrange(UInt8.self, axes, as: rule)
        case .int8: arrange(Int8.self, axes, as: rule)
        case .int16: arrange(Int16.self, axes, as: rule)
        case .uint16: arrange(UInt16.self, axes, as: rule)
        case .int32: arrange(Int32.self, axes, as: rule)
        case .uint32: arrange(UInt32.self, axes, as: rule)
        case .int64: arrange(Int64.self, axes, as: rule)
        case .uint64: arrange(UInt64.self, axes, as: rule)
        case .float32: arrange(Float.self, axes, as: rule)
        case .float64: arrange(Double.self, axes, as: rule)
        }
    }

    private func arrange<Stored: StoredNumber, Rule: VoxelRule>(
        _ type: Stored.Type, _ axes: AxisOrder, as rule: Rule
    ) -> [Rule.Value] {
        let plane = axes.shape.height * axes.shape.width
        return [Rule.Value](count: header.voxelCount, parts: axes.shape.depth) { range, slice in
            data.withUnsafeBytes { bytes in
                guard let out = slice.baseAddress,
                    let values = bytes.bindMemory(to: type).baseAddress
                else { return }
                let d = range.lowerBound / plane
                axes.forEachRow(in: d..<d + 1) { canonical, file, step, width in
                    let (row, stored) = (out + (canonical - range.lowerBound), values + file)
                    // Rows as they are and rows turned round are done many voxels at a time.
                    switch step {
                    case 1: for w in 0..<width { row[w] = rule.value(of: stored[w]) }
                    case -1:
                        let first = stored - (width - 1)
                        for w in 0..<width { row[w] = rule.value(of: first[width - 1 - w]) }
                    default: for w in 0..<width { row[w] = rule.value(of: stored[w * step]) }
                    }
                }
            }
        }
    }
}

/// What becomes of a stored voxel: a type and no closure, so that the loops above are compiled for each.
private protocol VoxelRule: Sendable {
    associatedtype Value: BitwiseCopyable & Sendable
    func value(of stored: some StoredNumber) -> Value
}

private struct Scaled: VoxelRule {
    let slope: Double
    let inter: Double

    func value(of stored: some StoredNumber) -> Float { Float(stored.real * slope + inter) }
}

private struct AboveHalf: VoxelRule {
    let scaled: Scaled

    func value(of stored: some StoredNumber) -> UInt8 { scaled.value(of: stored) > 0.5 ? 1 : 0 }
}

private struct AboveZero: VoxelRule {
    func value(of stored: some StoredNumber) -> UInt8 { stored.real > 0 ? 1 : 0 }
}

/// A type that voxels are stored in.
private protocol StoredNumber: BitwiseCopyable, Sendable {
    var real: Double { get }
}

extension UInt8: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Int8: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Int16: StoredNumber { fileprivate var real: Double { Double(self) } }
extension UInt16: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Int32: StoredNumber { fileprivate var real: Double { Double(self) } }
extension UInt32: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Int64: StoredNumber { fileprivate var real: Double { Double(self) } }
extension UInt64: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Float: StoredNumber { fileprivate var real: Double { Double(self) } }
extension Double: StoredNumber { fileprivate var real: Double { self } }
