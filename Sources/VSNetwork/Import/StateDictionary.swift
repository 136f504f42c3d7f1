import Foundation

/// The tensors of a PyTorch state dictionary, read from the file that `torch.save` wrote.
struct StateDictionary {
    /// float32 tensors by name; counters of integers are left out.
    private(set) var tensors: [String: TensorData] = [:]

    /// Reads the file's bytes; `subject` names the file in errors.
    ///
    /// - Throws: ``NetworkError`` for anything but a sound state dictionary of float32 tensors.
    init(_ data: Data, subject: String) throws(NetworkError) {
        let archive = try ZipArchive(data, subject: subject)
        guard let pickle = archive.names.filter({ $0.hasSuffix("/data.pkl") }).min() else {
            throw NetworkError(
                .malformed, subject: subject, message: "The archive holds no data.pkl.",
                remedy: "Give the .pth file that torch.save wrote (PyTorch 1.6 or newer).")
        }
        let root = pickle.dropLast("data.pkl".count)
        if let order = try archive.bytes(root + "byteorder"), order != Data("little".utf8) {
            throw NetworkError(
                .malformed, subject: subject, message: "Its numbers are not little-endian.",
                remedy: "Save the state dictionary again on a little-endian machine.")
        }
        let value = try PickleReader.value(
            of: archive.bytes(pickle) ?? Data(), subject: subject)
        guard case .dictionary(let dictionary) = value, !dictionary.items.isEmpty else {
            throw Self.noDictionary(subject)
        }
        for item in dictionary.items {
            let name = item.name
            guard case .tensor(let tensor) = item.value else { throw Self.noDictionary(subject) }
            guard tensor.storage.isFloat else { continue }
            guard tensors[name] == nil else { throw Self.damaged(name, subject) }
            tensors[name] = try Self.tensor(
                tensor, name, in: archive.bytes(root + "data/" + tensor.storage.key), subject)
        }
    }

    private static func tensor(
        _ reference: TensorReference, _ name: String, in data: Data?, _ subject: String
    ) throws(NetworkError) -> TensorData {
        guard let data else { throw damaged(name, subject) }
        // No side or stride is larger than the storage, so that no product below overflows.
        guard reference.storage.count <= data.count / 4, data.count % 4 == 0,
            reference.shape.allSatisfy({ $0 <= data.count }),
            reference.strides.allSatisfy({ $0 <= data.count }), reference.offset <= data.count
        else { throw damaged(name, subject) }
        var count = 1
        var last = reference.offset
        for (side, stride) in zip(reference.shape, reference.strides) {
            count *= side
            last += max(side - 1, 0) * stride
            guard count <= data.count / 4, last < data.count / 4 || count == 0 else {
                throw damaged(name, subject)
            }
        }
        guard count == 0 || last < reference.storage.count else { throw damaged(name, subject) }
        let values = data.withUnsafeBytes { bytes in
            (0..<count).map { index in
                var (rest, place) = (index, reference.offset)
                for (side, stride) in zip(reference.shape, reference.strides).reversed() {
                    place += rest % side * stride
                    rest /= side
                }
                let bits = bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
        return TensorData(shape: reference.shape, values: values)
    }

    private static func noDictionary(_ subject: String) -> NetworkError {
        NetworkError(
            .malformed, subject: subject, message: "The file holds no dictionary of tensors.",
            remedy: "Give the file of a state dictionary, as model.state_dict() is saved.")
    }

    private static func damaged(_ name: String, _ subject: String) -> NetworkError {
        NetworkError(
            .malformed, subject: subject,
            message: "Tensor \(name) does not lie within the file.",
            remedy: "Download or copy the file again.")
    }
}
