// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// -O3 wins over SwiftPM's own -O2. Never -ffast-math: the checks for NaN must survive.
let cSettings: [CSetting] = [
    .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror", "-Wno-psabi"])
]

let cxxSettings: [CXXSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

/// One of our Swift targets, with every module it may import listed in full.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        swiftSettings: swiftSettings
    )
}

// With Swift's own libraries inside, the program starts in half the time and runs where no Swift is.
// scripts/build asks for it where the toolchain has them; the tests go on with the shared ones.
let hasStaticRuntime = Context.environment["VSDB_STATIC_RUNTIME"] == "1"
let staticRuntime: [LinkerSetting] =
    hasStaticRuntime
    ? [
        .unsafeFlags([
            "-static-stdlib", "-use-ld=lld", "-Xlinker", "-zseparate-loadable-segments",
            "-lCoreFoundation", "-l_FoundationICU",
            "-l_FoundationCShims", "-l_FoundationCollections", "-lstdc++",
        ])
    ] : []

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let numerics = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let webTests = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioHTTPTypes = Target.Dependency.product(
    name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioThreads = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "vsdb",
    products: [
        .executable(name: "vsdb", targets: ["vsdb"]),
        // Loaded when DICOM is first read or written; see Sources/CDICOM/functions.h.
        .library(name: "vsdb-dicom", type: .dynamic, targets: ["CDCMTK"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.11.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(
            url: "https://github.com/swift-server/async-http-client", from: "1.37.0", traits: []),
    ],
    targets: [
        // System libraries and C.
        .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CKernels", cSettings: cSettings),
        .target(
            name: "CNIfTI",
            cSettings: cSettings + [.headerSearchPath("quoted")],
            linkerSettings: [.linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z")]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .target(name: "CDICOM", cSettings: cSettings),
        .target(
            name: "CDCMTK",
            cxxSettings: cxxSettings + [
                .headerSearchPath("../CDICOM"), .headerSearchPath("../CDICOM/include"),
                .unsafeFlags(["-fvisibility=hidden"]),
            ],
            linkerSettings: [
                "cmr", "dcmsr", "dcmseg", "dcmfg", "dcmiod", "dcmjpls", "dcmtkcharls", "dcmjpeg",
                "ijg8", "ijg12", "ijg16", "dcmimgle", "dcmdata", "oflog", "ofstd", "openjp2", "z",
            ].map { .linkedLibrary($0) } + [
                // There is no Swift in it, so it does not want Swift's libraries either.
                .unsafeFlags(["-nostartfiles"] + (hasStaticRuntime ? ["-static-stdlib"] : []))
            ]),
        .target(name: "CAssets"),

        // The path of a scan, in order.
        library("VSImaging", ["CNIfTI", "CDICOM", "CZip", "CZlib", "CKernels"]),
        library("VSNetwork", ["CKernels", "CZlib"]),
        library("VSSegmentation", ["VSImaging", "VSNetwork"]),
        library("VSPhantom", ["VSImaging", "CAssets"]),
        library("VSTraining", ["VSImaging", "VSNetwork", "VSSegmentation"]),
        library("VSGrowth", [numerics]),
        library(
            "VSStore",
            [
                "VSImaging", "VSGrowth", "CZlib", "CZstd", "CAssets", grdb, crypto, cryptoExtras,
            ]),
        library(
            "VSSurveillance", ["VSStore", "VSSegmentation", "VSNetwork", "VSGrowth", "VSImaging"]),
        library(
            "VSReport",
            [
                "VSSurveillance", "VSStore", "VSSegmentation", "VSImaging", "VSGrowth", "CCairo",
                "CZlib",
            ]),
        library(
            "VSService",
            [
                "VSSurveillance", "VSStore", "VSReport", "VSGrowth", "VSImaging", "VSSegmentation",
                "CAssets", hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, lifecycle,
                logging,
                nio, nioHTTPTypes, nioThreads, nioTLS,
            ]),
        library(
            "VSPACS",
            [
                "VSSurveillance", "VSStore", "VSGrowth", "VSImaging", "VSSegmentation", httpClient,
                nio, nioHTTP,
            ]),
        library(
            "VSCommand",
            [
                "VSPACS", "VSService", "VSSurveillance", "VSStore", "VSReport", "VSTraining",
                "VSPhantom",
                "VSSegmentation", "VSNetwork", "VSGrowth", "VSImaging", "CAssets", arguments,
            ]),
        .executableTarget(
            name: "vsdb", dependencies: ["VSCommand"], swiftSettings: swiftSettings,
            linkerSettings: staticRuntime),

        // Tests mirror the targets.
        .target(
            name: "VSTestSupport", dependencies: ["VSImaging", "VSNetwork"],
            path: "Tests/VSTestSupport", swiftSettings: swiftSettings),
        tests("VSImagingTests", ["VSImaging", "VSNetwork", "VSTestSupport", "CZlib"]),
        tests("VSGrowthTests", ["VSGrowth"]),
        tests("VSNetworkTests", ["VSNetwork", "CKernels", "VSTestSupport"]),
        tests(
            "VSSegmentationTests", ["VSSegmentation", "VSNetwork", "VSImaging", "VSTestSupport"]),
        tests(
            "VSTrainingTests",
            ["VSTraining", "VSNetwork", "VSSegmentation", "VSImaging", "VSTestSupport"]),
        tests(
            "VSStoreTests",
            ["VSStore", "VSGrowth", "VSImaging", "VSTestSupport", "CAssets", grdb]),
        tests(
            "EndToEndTests",
            [
                "VSImaging", "VSNetwork", "VSPhantom", "VSTestSupport", httpClient, nio, nioHTTP,
                grdb,
            ]),
        tests(
            "VSPACSTests",
            [
                "VSPACS", "VSSurveillance", "VSStore", "VSGrowth", "VSTestSupport", hummingbird,
                webTests,
            ]),
        tests("VSPhantomTests", ["VSPhantom", "VSImaging"]),
        tests(
            "VSSurveillanceTests",
            [
                "VSSurveillance", "VSStore", "VSSegmentation", "VSGrowth", "VSImaging",
                "VSNetwork", "VSTestSupport",
            ]),
        tests(
            "VSReportTests", ["VSReport", "VSGrowth", "VSImaging", "CCairo", "VSTestSupport"]),
        tests(
            "VSServiceTests",
            [
                "VSService", "VSSurveillance", "VSStore", "VSTestSupport", "VSImaging", "VSNetwork",
                "VSGrowth",
                webTests, httpTypes, hummingbird, nio, nioEmbedded, nioHTTPTypes, grdb,
            ]),
        tests("LayoutTests", []),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x,
    cxxLanguageStandard: .cxx17
)
