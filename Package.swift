// swift-tools-version: 6.2
import PackageDescription

// Four kinds of target, so that who may import whom is readable at a glance:
//   shared(…)      a library that knows no plane
//   plane(…)       one of the three planes; takes no dependency argument, so it cannot be given another plane
//   daemon(…)      the executable of exactly one plane
//   .executable…   `planectl`, which links no plane and no database; `nanda-bridge`, which links no plane

/// Every target of ours: Swift 6 mode, warnings are errors, unsafe code is marked.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let testing: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

/// What the libraries of other people are used for is said in docs/decisions/0001-dependencies.md.
enum Library {
  static let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
  static let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
  static let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
  static let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
  static let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
  static let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let yams = Target.Dependency.product(name: "Yams", package: "Yams")
  static let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
  static let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
  static let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
}

func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", swiftSettings: strict)
}

/// A C header of ours: the few kernel and SQLite calls that Swift cannot spell.
func shim(_ name: String) -> Target {
  .target(name: name, path: "Sources/Shared/\(name)")
}

/// The one list of what a plane may see. A plane is the same set of shared modules, and nothing else.
func plane(_ name: String) -> Target {
  .target(
    name: name,
    dependencies: [
      "Signing", "Wire", "Attestations", "Metadata", "Drift", "WeightsDigest", "Safetensors", "PlaneContract",
      "Transport", "Storage", "MerkleLog", "Ledger", "Daemon", "CLinux", Library.grdb, Library.logging,
      Library.lifecycle,
    ],
    path: "Sources/Planes/\(name)",
    swiftSettings: strict)
}

func daemon(_ name: String, runs plane: String) -> Target {
  .executableTarget(
    name: name, dependencies: [.init(stringLiteral: plane), "Daemon", "PlaneContract", Library.arguments],
    path: "Sources/Executables/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: testing)
}

let planeTestDependencies: [Target.Dependency] = [
  "TestSupport", "Signing", "Wire", "Attestations", "PlaneContract", "Storage", "MerkleLog", "Ledger", "Daemon",
  Library.grdb, Library.logging,
]

let package = Package(
  name: "nanda-model-governance",
  products: [
    .executable(name: "training-plane", targets: ["training-plane"]),
    .executable(name: "governance-plane", targets: ["governance-plane"]),
    .executable(name: "serving-plane", targets: ["serving-plane"]),
    .executable(name: "planectl", targets: ["planectl"]),
    .executable(name: "nanda-bridge", targets: ["nanda-bridge"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CSodium", path: "Sources/Shared/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    shim("CLinux"),
    shared("Signing", ["CSodium"]),
    shared("Wire", ["Signing"]),
    shared("Attestations", ["Signing", "Wire", "MerkleLog"]),
    shared("MerkleLog", ["Signing", "Wire"]),
    shared("Bundles", ["Signing", "Wire", "Attestations", "MerkleLog"]),
    shared("HTML", ["Wire"]),
    shared("Metadata", ["Signing", "Wire", "Attestations"]),
    shared("AgentFacts", ["Signing", "Wire", "Attestations", "MerkleLog", "Metadata", "Bundles"]),
    shared("Drift", ["Signing", "Wire", "Attestations"]),
    shared("WeightsDigest", ["Signing", "Wire", "CLinux", Library.crypto]),
    shared("Safetensors", ["Wire"]),
    shared("PlaneContract", ["Signing", "Wire", "Attestations", "MerkleLog", "Drift"]),
    shared("Transport", ["CLinux", Library.nioCore, Library.nioPosix]),
    shared("Storage", ["Signing", "Wire", "CLinux", Library.grdb]),
    shared("Ledger", ["Signing", "Wire", "Attestations", "MerkleLog", "Storage", Library.grdb]),
    shared(
      "Daemon",
      [
        "Signing", "Wire", "Attestations", "PlaneContract", "Transport", "Storage", "MerkleLog", "Ledger", "CLinux",
        Library.grdb, Library.logging, Library.lifecycle, Library.signals, Library.yams,
      ]),

    plane("TrainingPlane"),
    plane("GovernancePlane"),
    plane("ServingPlane"),

    daemon("training-plane", runs: "TrainingPlane"),
    daemon("governance-plane", runs: "GovernancePlane"),
    daemon("serving-plane", runs: "ServingPlane"),
    .executableTarget(
      name: "planectl",
      dependencies: [
        "Signing", "Wire", "Attestations", "Metadata", "MerkleLog", "Bundles", "HTML", "AgentFacts", "Drift",
        "WeightsDigest", "PlaneContract", "Transport", "CLinux", Library.arguments,
      ],
      path: "Sources/Executables/planectl", swiftSettings: strict),

    .target(
      name: "NandaBridge",
      dependencies: [
        "Signing", "Wire", "Attestations", "AgentFacts", "MerkleLog", "Bundles", "Drift", "HTML", "PlaneContract",
        "Transport", "Storage", "Daemon", Library.grdb, Library.hummingbird, Library.hummingbirdCore, Library.httpTypes,
        Library.nioCore, Library.logging, Library.lifecycle, Library.signals,
      ],
      path: "Sources/Bridge/NandaBridge", swiftSettings: strict),
    .executableTarget(
      name: "nanda-bridge", dependencies: ["NandaBridge", "PlaneContract", Library.arguments],
      path: "Sources/Executables/nanda-bridge", swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "Signing", "Wire", "Attestations", "MerkleLog", "Drift", "PlaneContract", "Transport", "Storage", "Ledger",
        "Daemon",
        "CLinux", Library.grdb, Library.logging,
      ],
      path: "Tests/TestSupport", swiftSettings: testing),
    // What Tests/Fuzz, a package of its own, asks of the parsers, so that `make test` asks it too.
    .target(
      name: "FuzzProperties",
      dependencies: [
        "Signing", "Wire", "MerkleLog", "Attestations", "Drift", "PlaneContract", "Transport", "Safetensors",
        Library.nioCore,
      ],
      path: "Tests/Fuzz/Properties", swiftSettings: testing),
    tests("FuzzTests", ["FuzzProperties", "Attestations", "Wire", "Signing", "TestSupport"]),
    tests("SigningTests", ["Signing", "TestSupport"]),
    tests("WireTests", ["Wire", "Signing", "TestSupport"]),
    tests("AttestationsTests", ["Attestations", "MerkleLog", "Wire", "Signing", "TestSupport"]),
    tests("MerkleLogTests", ["MerkleLog", "Wire", "Signing", "TestSupport"]),
    tests("HTMLTests", ["HTML"]),
    tests(
      "BundlesTests",
      ["Bundles", "MerkleLog", "Attestations", "PlaneContract", "Wire", "Signing", "TestSupport"]),
    tests("MetadataTests", ["Metadata", "Attestations", "Wire", "Signing", "TestSupport"]),
    tests(
      "AgentFactsTests",
      [
        "AgentFacts", "Attestations", "Bundles", "MerkleLog", "Metadata", "PlaneContract", "Wire", "Signing",
        "TestSupport",
      ]),
    tests("DriftTests", ["Drift", "Attestations", "Wire", "Signing", "TestSupport"]),
    tests("WeightsDigestTests", ["WeightsDigest", "Wire", "Signing", "TestSupport"]),
    tests("SafetensorsTests", ["Safetensors", "Wire", "TestSupport"]),
    tests("PlaneContractTests", ["PlaneContract", "Attestations", "MerkleLog", "Wire", "Signing", "TestSupport"]),
    tests("TransportTests", ["Transport", "TestSupport"]),
    tests("StorageTests", ["Storage", "Wire", "Signing", "TestSupport", Library.grdb]),
    tests(
      "LedgerTests", ["Ledger", "Attestations", "MerkleLog", "Storage", "Signing", "Wire", "TestSupport", Library.grdb]),
    tests(
      "DaemonTests",
      [
        "Daemon", "Storage", "Ledger", "MerkleLog", "Transport", "PlaneContract", "Attestations", "Wire", "Signing",
        "TestSupport", Library.grdb, Library.logging, Library.lifecycle,
      ]),
    tests("TrainingPlaneTests", planeTestDependencies + ["TrainingPlane"]),
    tests("GovernancePlaneTests", planeTestDependencies + ["GovernancePlane", "Metadata", "Drift"]),
    tests("ServingPlaneTests", planeTestDependencies + ["ServingPlane", "WeightsDigest", "Drift", "Transport"]),
    tests(
      "PlanectlTests",
      [
        "planectl", "AgentFacts", "PlaneContract", "Attestations", "MerkleLog", "Bundles", "Metadata", "Drift", "Wire",
        "Signing",
        "TestSupport",
      ]),
    tests(
      "NandaBridgeTests",
      [
        "NandaBridge", "AgentFacts", "Attestations", "Bundles", "Daemon", "Drift", "HTML", "PlaneContract", "Storage",
        "Wire", "Signing", "TestSupport", Library.grdb, Library.hummingbird, Library.httpTypes, Library.nioCore,
      ]),
    tests("ArchitectureTests", ["PlaneContract", "Attestations"]),
    tests(
      "EndToEndTests",
      [
        "PlaneContract", "Attestations", "MerkleLog", "Bundles", "Drift", "Wire", "Signing", "Transport",
        "WeightsDigest",
        "TestSupport",
      ]),
  ])
