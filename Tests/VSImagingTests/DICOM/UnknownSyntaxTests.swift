import Foundation
import Testing
import VSImaging
import VSTestSupport

/// Transfer syntaxes that DCMTK does not know, and would read as plain pixels.
struct UnknownSyntaxTests {
    @Test(
        "are refused by name, with how to transcode",
        arguments: ["1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.201", "1.2.3.4.5.6"])
    func refused(syntax: String) throws {
        let folder = try TemporaryFolder()
        for slice in 1...6 {
            var file = DICOMFile(
                slice: slice, pixels: [UInt16](repeating: UInt16(slice), count: 24), columns: 6)
            file.transferSyntax = syntax
            try file.data.write(to: URL(fileURLWithPath: folder.file("\(slice).dcm")))
        }
        let error = #expect(throws: ImagingError.self) { try ScanInput.read(folder.path) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("transfer syntax \(syntax)") == true, "\(error as Any)")
        #expect(error?.remedy.contains("Transcode") == true)
    }
}
