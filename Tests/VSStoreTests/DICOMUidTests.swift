import Foundation
import Testing
import VSStore

/// UIDs made by the program.
struct DICOMUidTests {
    @Test("a UUID's UID is the standard's own example (PS3.5, B.2)")
    func standard() throws {
        let uuid = try #require(UUID(uuidString: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
        #expect(DICOMUid.of(uuid) == "2.25.329800735698586629295641978511506172918")
    }

    @Test("derived UIDs are the same for the same parts alone, and valid")
    func derived() {
        let one = DICOMUid.derived(["a", "bc"])
        #expect(one == DICOMUid.derived(["a", "bc"]))
        #expect(one != DICOMUid.derived(["ab", "c"]) && one != DICOMUid.derived(["a", "bd"]))
        for number in 0..<100 {
            let uid = DICOMUid.derived(["\(number)"])
            #expect(uid.count <= 64 && uid.hasPrefix("2.25."))
            #expect(uid.dropFirst(5).allSatisfy(\.isNumber) && !uid.hasPrefix("2.25.0"))
        }
    }
}
