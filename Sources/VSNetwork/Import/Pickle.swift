import Foundation

/// What a pickle of a state dictionary is made of.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case text(String)
    case tuple([PickleValue])
    case dictionary(PickleDictionary)
    /// A global that may be named; nothing is looked up.
    case global(PickleGlobal)
    /// A tensor's storage: an entry of the archive.
    case storage(StorageReference)
    case tensor(TensorReference)
}

/// The globals that a state dictionary needs; any other is refused by name.
enum PickleGlobal: String {
    case orderedDictionary = "collections OrderedDict"
    case tensor = "torch._utils _rebuild_tensor_v2"
    case floatStorage = "torch FloatStorage"
    case longStorage = "torch LongStorage"
}

/// A dictionary while it is filled; pickles refer to it before it is complete.
final class PickleDictionary {
    private(set) var items: [(name: String, value: PickleValue)] = []
    private var depth = 0
    private var isClosed = false

    /// Adds an item.
    ///
    /// False where the key is no text, or where dictionaries would nest deeper than a state
    /// dictionary's do: the stack of a thread is not for a file to fill.
    func add(_ key: PickleValue, _ value: PickleValue) -> Bool {
        guard case .text(let name) = key, !isClosed else { return false }
        if case .dictionary(let inner) = value {
            guard inner !== self else { return false }
            inner.isClosed = true
            depth = max(depth, inner.depth + 1)
        }
        items.append((name, value))
        return depth <= 4
    }
}

/// The values of a storage: `count` of them under `key` in the archive.
struct StorageReference {
    let isFloat: Bool
    let key: String
    let count: Int
}

/// A view of a storage.
struct TensorReference {
    let storage: StorageReference
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// Reads the pickle of a state dictionary and executes nothing.
///
/// Pickle is a language for a stack machine that may call any function. This machine knows only the
/// opcodes and globals that `torch.save` writes for a dictionary of tensors, builds values of
/// ``PickleValue`` and refuses everything else by name.
struct PickleReader {
    private var bytes: ArraySlice<UInt8>
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private let subject: String

    /// Reads a pickle whole; `subject` names the file in errors.
    static func value(of data: Data, subject: String) throws(NetworkError) -> PickleValue {
        var reader = PickleReader(bytes: [UInt8](data)[...], subject: subject)
        return try reader.run()
    }

    private init(bytes: ArraySlice<UInt8>, subject: String) {
        self.bytes = bytes
        self.subject = subject
    }

    private mutating func run() throws(NetworkError) -> PickleValue {
        while true {
            let code = try byte()
            guard let opcode = Opcode(rawValue: code) else {
                throw refused(
                    "It uses opcode 0x\(String(code, radix: 16)), which no state dictionary needs.")
            }
            if opcode == .stop {
                let result = try pop()
                guard bytes.isEmpty, stack.isEmpty, marks.isEmpty else { throw damaged() }
                return result
            }
            try execute(opcode)
        }
    }

    private enum Opcode: UInt8 {
        case mark = 0x28
        case emptyTuple = 0x29
        case stop = 0x2e
        case integer4 = 0x4a
        case integer1 = 0x4b
        case integer2 = 0x4d
        case none = 0x4e
        case persistent = 0x51
        case call = 0x52
        case text4 = 0x58
        case build = 0x62
        case global = 0x63
        case get1 = 0x68
        case get4 = 0x6a
        case put1 = 0x71
        case put4 = 0x72
        case setItem = 0x73
        case tuple = 0x74
        case setItems = 0x75
        case emptyDictionary = 0x7d
        case version = 0x80
        case tuple1 = 0x85
        case tuple2 = 0x86
        case tuple3 = 0x87
        case yes = 0x88
        case no = 0x89
        case long1 = 0x8a
        case text1 = 0x8c
        case stackGlobal = 0x93
        case memoize = 0x94
        case frame = 0x95
    }

    private mutating func execute(_ opcode: Opcode) throws(NetworkError) {
        switch opcode {
        case .stop: break
        case .mark: marks.append(stack.count)
        case .emptyTuple: stack.append(.tuple([]))
        case .none: stack.append(.none)
        case .yes: stack.append(.boolean(true))
        case .no: stack.append(.boolean(false))
        case .integer1: stack.append(.integer(try unsigned(1)))
        case .integer2: stack.append(.integer(try unsigned(2)))
        case .integer4:
            stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
        case .long1: stack.append(.integer(try long()))
        case .text1: stack.append(.text(try text(unsigned(1))))
        case .text4: stack.append(.text(try text(unsigned(4))))
        case .tuple1: try tuple(1)
        case .tuple2: try tuple(2)
        case .tuple3: try tuple(3)
        case .tuple: try push(popToMark())
        case .emptyDictionary: stack.append(.dictionary(PickleDictionary()))
        case .setItem:
            let (value, key) = (try pop(), try pop())
            guard try top().add(key, value) else { throw damaged() }
        case .setItems: try setItems()
        case .build:
            // The dictionary's own attributes: versions, which change nothing here.
            guard case .dictionary = try pop() else { throw damaged() }
            _ = try top()
        case .global:
            let module = try line()
            stack.append(.global(try known("\(module) \(try line())")))
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw damaged()
            }
            stack.append(.global(try known("\(module) \(name)")))
        case .call: try call()
        case .persistent: try persistent()
        case .put1: memo[try unsigned(1)] = try peek()
        case .put4: memo[try unsigned(4)] = try peek()
        case .memoize: memo[memo.count] = try peek()
        case .get1: stack.append(try recalled(unsigned(1)))
        case .get4: stack.append(try recalled(unsigned(4)))
        case .version:
            let version = try byte()
            guard (2...5).contains(version) else {
                throw refused("It is a pickle of protocol \(version).")
            }
        case .frame:
            // The length of what follows, which is read as it comes.
            for _ in 0..<8 { _ = try byte() }
        }
    }

    // MARK: Calls

    /// The two functions that a state dictionary calls, each with the arguments it takes.
    private mutating func call() throws(NetworkError) {
        guard case .tuple(let arguments) = try pop(), case .global(let function) = try pop() else {
            throw damaged()
        }
        switch function {
        case .orderedDictionary where arguments.isEmpty:
            stack.append(.dictionary(PickleDictionary()))
        case .tensor: stack.append(.tensor(try tensor(arguments)))
        default: throw refused("It calls \(function.rawValue) in a way no state dictionary does.")
        }
    }

    /// storage, offset, shape, strides, requires_grad, backward hooks.
    private func tensor(_ arguments: [PickleValue]) throws(NetworkError) -> TensorReference {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], offset >= 0,
            case .tuple(let shape) = arguments[2],
            case .tuple(let strides) = arguments[3], shape.count == strides.count,
            shape.count <= 8
        else { throw damaged() }
        return TensorReference(
            storage: storage, offset: offset, shape: try integers(shape),
            strides: try integers(strides))
    }

    /// ("storage", type, key, device, count).
    private mutating func persistent() throws(NetworkError) {
        guard case .tuple(let parts) = try pop(), parts.count == 5,
            case .text("storage") = parts[0], case .global(let type) = parts[1],
            case .text(let key) = parts[2], case .text = parts[3],
            case .integer(let count) = parts[4], count >= 0
        else { throw damaged() }
        guard type == .floatStorage || type == .longStorage else { throw damaged() }
        stack.append(
            .storage(StorageReference(isFloat: type == .floatStorage, key: key, count: count)))
    }

    private func integers(_ values: [PickleValue]) throws(NetworkError) -> [Int] {
        var result: [Int] = []
        for value in values {
            guard case .integer(let number) = value, number >= 0 else { throw damaged() }
            result.append(number)
        }
        return result
    }

    private func known(_ name: String) throws(NetworkError) -> PickleGlobal {
        guard let global = PickleGlobal(rawValue: name) else {
            let shown = name.replacing(" ", with: ".").filter { (" "..."~").contains($0) }
            throw refused(
                "It names \(String(shown.prefix(80))), which no state dictionary of float32 "
                    + "tensors needs.")
        }
        return global
    }

    // MARK: Stack

    private mutating func pop() throws(NetworkError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw damaged() }
        return value
    }

    private func peek() throws(NetworkError) -> PickleValue {
        guard let value = stack.last else { throw damaged() }
        return value
    }

    /// The dictionary on top of the stack.
    private func top() throws(NetworkError) -> PickleDictionary {
        guard case .dictionary(let dictionary) = try peek() else { throw damaged() }
        return dictionary
    }

    private mutating func popToMark() throws(NetworkError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw damaged() }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func tuple(_ count: Int) throws(NetworkError) {
        var values: [PickleValue] = []
        for _ in 0..<count { values.append(try pop()) }
        try push(values.reversed())
    }

    /// Pushes a tuple, in which tuples may lie, but no deeper.
    private mutating func push(_ values: [PickleValue]) throws(NetworkError) {
        for case .tuple(let inner) in values {
            for case .tuple in inner { throw damaged() }
        }
        stack.append(.tuple(values))
    }

    private mutating func setItems() throws(NetworkError) {
        let items = try popToMark()
        guard items.count.isMultiple(of: 2) else { throw damaged() }
        let dictionary = try top()
        for at in stride(from: 0, to: items.count, by: 2) {
            guard dictionary.add(items[at], items[at + 1]) else { throw damaged() }
        }
    }

    private func recalled(_ place: Int) throws(NetworkError) -> PickleValue {
        guard let value = memo[place] else { throw damaged() }
        return value
    }

    // MARK: Bytes

    private mutating func byte() throws(NetworkError) -> UInt8 {
        guard let value = bytes.popFirst() else { throw damaged() }
        return value
    }

    private mutating func unsigned(_ count: Int) throws(NetworkError) -> Int {
        var value = 0
        for place in 0..<count { value |= Int(try byte()) << (8 * place) }
        return value
    }

    private mutating func long() throws(NetworkError) -> Int {
        let count = Int(try byte())
        guard count <= 8 else { throw damaged() }
        var value: Int64 = 0
        for place in 0..<count { value |= Int64(try byte()) << Int64(8 * place) }
        // The last byte carries the sign.
        if count > 0, count < 8, value >> Int64(8 * count - 1) == 1 {
            value -= Int64(1) << Int64(8 * count)
        }
        return Int(value)
    }

    private mutating func text(_ count: Int) throws(NetworkError) -> String {
        guard count <= bytes.count,
            let text = String(bytes: bytes.prefix(count), encoding: .utf8)
        else { throw damaged() }
        bytes = bytes.dropFirst(count)
        return text
    }

    private mutating func line() throws(NetworkError) -> String {
        guard let end = bytes.firstIndex(of: 0x0a) else { throw damaged() }
        let text = String(bytes: bytes[..<end], encoding: .utf8)
        bytes = bytes[(end + 1)...]
        guard let text else { throw damaged() }
        return text
    }

    private func damaged() -> NetworkError {
        NetworkError(
            .malformed, subject: subject,
            message: "Its data.pkl is damaged, or is not the pickle of a state dictionary.",
            remedy: "Give the file of a state dictionary, as model.state_dict() is saved.")
    }

    private func refused(_ message: String) -> NetworkError {
        NetworkError(
            .refused, subject: subject, message: message,
            remedy: "Nothing of it was run. Give the file of a state dictionary only, from a "
                + "source you trust.")
    }
}
