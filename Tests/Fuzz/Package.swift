// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that only what is fuzzed is built, and built instrumented. `Shared` links to ../../Sources/Shared;
// docs/decisions/0011-fuzzing.md says why.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-sanitize=fuzzer,address"]),
]

func shared(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: settings)
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

let package = Package(
  name: "fuzz",
  // The version of the main package.
  dependencies: [.package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")],
  targets: [
    .systemLibrary(
      name: "CSodium", path: "Shared/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    shared("Signing", ["CSodium"]),
    shared("Wire", ["Signing"]),
    shared("MerkleLog", ["Signing", "Wire"]),
    shared("Attestations", ["Signing", "Wire", "MerkleLog"]),
    shared("Drift", ["Signing", "Wire", "Attestations"]),
    shared("PlaneContract", ["Signing", "Wire", "Attestations", "MerkleLog", "Drift"]),
    shared("Safetensors", ["Wire"]),
    .target(name: "CLinux", path: "Shared/CLinux"),
    shared("Transport", ["CLinux", nioCore, .product(name: "NIOPosix", package: "swift-nio")]),
    .target(
      name: "FuzzProperties",
      dependencies: [
        "Signing", "Wire", "MerkleLog", "Attestations", "Drift", "PlaneContract", "Transport", "Safetensors", nioCore,
      ],
      path: "Properties", swiftSettings: settings),
    .systemLibrary(name: "CLibFuzzer", path: "CLibFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CLibFuzzer", "FuzzProperties", "Signing", "Wire", "MerkleLog", "Attestations", "Drift", "PlaneContract",
      ],
      path: "Driver",
      swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ])
