/// The voxels of a file in the machine's byte order, before scaling.
struct StoredVoxels {
    let data: UnsafeMutableRawPointer
    let header: NIfTIHeader

    /// The scaled values in canonical order.
    func canonical(_ axes: AxisOrder) -> [Float] { convert(axes) { Float($0) } }

    /// 1 where the scaled value is above one half, else 0, in canonical order.
    func mask(_ axes: AxisOrder) -> [UInt8] {
        if header.datatype == .uint8, header.slope == 1, header.inter == 0 {
            return arrange(UInt8.self, axes) { $0 > 0 ? 1 : 0 }
        }
        return convert(axes) { Float($0) > 0.5 ? 1 : 0 }
    }

    private func convert<Output: BitwiseCopyable & Sendable>(
        _ axes: AxisOrder, _ value: @Sendable (Double) -> Output
    ) -> [Output] {
        let (slope, inter) = (header.slope, header.inter)
        @Sendable func scaled(_ stored: Double) -> Output { value(stored * slope + inter) }
        switch header.datatype {
        case .uint8: return arrange(UInt8.self, axes) { scaled(Double($0)) }
        case .int8: return arrange(Int8.self, axes) { scaled(Double($0)) }
        case .int16: return arrange(Int16.self, axes) { scaled(Double($0)) }
        case .uint16: return arrange(UInt16.self, axes) { scaled(Double($0)) }
        case .int32: return arrange(Int32.self, axes) { scaled(Double($0)) }
        case .uint32: return arrange(UInt32.self, axes) { scaled(Double($0)) }
        case .int64: return arrange(Int64.self, axes) { scaled(Double($0)) }
        case .uint64: return arrange(UInt64.self, axes) { scaled(Double($0)) }
        case .float32: return arrange(Float.self, axes) { scaled(Double($0)) }
        case .float64: return arrange(Double.self, axes) { scaled($0) }
        }
    }

    @inline(__always)
    private func arrange<Stored: BitwiseCopyable & Sendable, Output: BitwiseCopyable & Sendable>(
        _ type: Stored.Type, _ axes: AxisOrder, _ value: @Sendable (Stored) -> Output
    ) -> [Output] {
        // Sound: the voxels are only read until all parts are made.
        nonisolated(unsafe) let values = data.bindMemory(to: type, capacity: header.voxelCount)
        let plane = axes.shape.height * axes.shape.width
        return [Output](count: header.voxelCount, parts: axes.shape.depth) { range, slice in
            guard let out = slice.baseAddress else { return }
            let d = range.lowerBound / plane
            axes.forEachRow(in: d..<d + 1) { canonical, file, step, width in
                let (row, stored) = (out + (canonical - range.lowerBound), values + file)
                // Rows as they are and rows turned round are done many voxels at a time.
                switch step {
                case 1: for w in 0..<width { row[w] = value(stored[w]) }
                case -1:
                    let first = stored - (width - 1)
                    for w in 0..<width { row[w] = value(first[width - 1 - w]) }
                default: for w in 0..<width { row[w] = value(stored[w * step]) }
                }
            }
        }
    }
}
