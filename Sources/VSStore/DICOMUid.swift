import Crypto
public import Foundation

/// UIDs of the objects that the program writes, under 2.25, the root for UUIDs (DICOM PS3.5, B.2).
public enum DICOMUid {
    /// The UID of a UUID.
    public static func of(_ uuid: UUID) -> String {
        withUnsafeBytes(of: uuid.uuid) { uid($0) }
    }

    /// The UID of a tumour for life, as results name it, from its tracking UID in the database.
    public static func ofTumour(_ trackingUid: String) -> String {
        UUID(uuidString: trackingUid).map(of) ?? derived(["vsdb tumour 1", trackingUid])
    }

    /// A UID from content: the same parts give the same UID, so that an object exported again is
    /// the same object.
    ///
    /// A UUID of version 8 (RFC 9562) made of SHA-256.
    public static func derived(_ parts: [String]) -> String {
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        var bytes = Array(SHA256.hash(data: Data(text.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return uid(bytes)
    }

    private static func uid(_ bytes: some Sequence<UInt8>) -> String {
        "2.25.\(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })"
    }
}
