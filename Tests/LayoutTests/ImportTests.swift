import Foundation
import Testing

/// Every import of every source file against what Package.swift lets its target import.
///
/// The compiler does not do this: an import of a target that is built anyway goes through.
struct ImportTests {
    /// What comes with the toolchain.
    private static let system: Set<String> = [
        "Foundation", "Synchronization", "Dispatch", "Glibc", "PackageDescription",
    ]

    /// Package products by the name in the manifest.
    private static let products = [
        "grdb": "GRDB", "crypto": "Crypto", "cryptoExtras": "CryptoExtras",
        "arguments": "ArgumentParser",
        "numerics": "RealModule", "hummingbird": "Hummingbird", "httpTypes": "HTTPTypes",
        "lifecycle": "ServiceLifecycle", "logging": "Logging", "nio": "NIOCore",
        "nioThreads": "NIOPosix", "nioTLS": "NIOSSL", "hummingbirdTLS": "HummingbirdTLS",
        "nioHTTP": "NIOHTTP1", "nioHTTPTypes": "NIOHTTPTypes", "hummingbirdCore": "HummingbirdCore",
        "httpClient": "AsyncHTTPClient",
    ]

    /// The modules that each Swift target may import, read from the manifest.
    static func allowed() throws -> [String: Set<String>] {
        let manifest = try Checkout.text("Package.swift")
        var result: [String: Set<String>] = ["vsdb": ["VSCommand"]]
        for match in manifest.matches(of: /library\(\s*"(\w+)",\s*\[([^\]]*)\]/) {
            let names = match.output.2.matches(of: /[\w]+/).map { String($0.output) }
            result[String(match.output.1)] = Set(names.map { products[$0] ?? $0 })
        }
        return result
    }

    static func imports(_ file: String) throws -> [String] {
        try Checkout.text(file).split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^(?:public |package |internal )?import (?:struct |enum )?(\w+)/)
                .map { String($0.output.1) }
        }
    }

    @Test("a file imports only what its target declares")
    func declared() throws {
        let allowed = try Self.allowed()
        #expect(allowed.count == 13)
        var checked = 0
        for file in Checkout.files("Sources", [".swift"]) {
            let target = String(file.split(separator: "/")[1])
            let names = try #require(allowed[target], "\(target) is not in Package.swift")
            for name in try Self.imports(file) where !Self.system.contains(name) {
                checked += 1
                #expect(names.contains(name), "\(file) imports \(name)")
            }
        }
        #expect(checked > 100)
    }

    @Test(
        "a fenced module has one owner",
        arguments: [
            ("GRDB", "VSStore"), ("ArgumentParser", "VSCommand"), ("CNIfTI", "VSImaging"),
            ("Hummingbird", "VSService"), ("NIOPosix", "VSService"), ("AsyncHTTPClient", "VSPACS"),
            ("CDICOM", "VSImaging"), ("CZip", "VSImaging"),
        ])
    func fences(module: String, owner: String) throws {
        for file in Checkout.files("Sources", [".swift"])
        where try Self.imports(file).contains(module) {
            #expect(file.hasPrefix("Sources/\(owner)/"), "\(file)")
        }
    }

    @Test("growth statistics know no file, clock or locale")
    func purity() throws {
        for file in Checkout.files("Sources/VSGrowth", [".swift"]) {
            #expect(Set(try Self.imports(file)).subtracting(["RealModule"]).isEmpty, "\(file)")
        }
    }

    @Test("niftilib's headers stay in CNIfTI, DCMTK's in CDCMTK, intrinsics in CKernels")
    func vendorHeaders() throws {
        for file in Checkout.files("Sources", [".c", ".cpp", ".h"]) {
            let text = try Checkout.text(file)
            if text.contains("<dcmtk/") { #expect(file.hasPrefix("Sources/CDCMTK/"), "\(file)") }
            if text.contains("nifti1_io.h") || text.contains("znzlib.h") {
                #expect(file.hasPrefix("Sources/CNIfTI/"), "\(file)")
            }
            if text.contains("intrin.h") || text.contains("_mm256") || text.contains("_mm512") {
                #expect(file.hasPrefix("Sources/CKernels/"), "\(file)")
            }
        }
    }
}
