/// The voxels of a file in the machine's byte order, before scaling.
struct StoredVoxels {
    let data: UnsafeMutableRawPointer
    let header: NIfTIHeader

    /// The scaled values in canonical order.
    func canonical(_ axes: AxisOrder) -> [Float] {
        switch header.datatype {
        case .uint8: convert(UInt8.self, axes) { Double($0) }
        case .int8: convert(Int8.self, axes) { Double($0) }
        case .int16: convert(Int16.self, axes) { Double($0) }
        case .uint16: convert(UInt16.self, axes) { Double($0) }
        case .int32: convert(Int32.self, axes) { Double($0) }
        case .uint32: convert(UInt32.self, axes) { Double($0) }
        case .int64: convert(Int64.self, axes) { Double($0) }
        case .uint64: convert(UInt64.self, axes) { Double($0) }
        case .float32: convert(Float.self, axes) { Double($0) }
        case .float64: convert(Double.self, axes) { $0 }
        }
    }

    private func convert<T>(
        _ type: T.Type, _ axes: AxisOrder, _ value: (T) -> Double
    ) -> [Float] {
        let values = data.bindMemory(to: type, capacity: header.voxelCount)
        return [Float](unsafeUninitializedCapacity: header.voxelCount) { buffer, count in
            axes.forEachVoxel { canonical, file in
                buffer[canonical] = Float(value(values[file]) * header.slope + header.inter)
            }
            count = header.voxelCount
        }
    }
}
