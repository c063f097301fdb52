// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the main one does not carry it. `Shared` links to ../../Sources/Shared: the clients sign and read
// messages with the project's own code, and need no other package.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func shared(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: settings)
}

let package = Package(
  name: "benchmarks",
  products: [.library(name: "CountingSodium", type: .dynamic, targets: ["CountingSodium"])],
  targets: [
    .systemLibrary(
      name: "CSodium", path: "Shared/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    shared("Signing", ["CSodium"]),
    shared("Wire", ["Signing"]),
    shared("MerkleLog", ["Signing", "Wire"]),
    shared("Attestations", ["Signing", "Wire", "MerkleLog"]),
    shared("Drift", ["Signing", "Wire", "Attestations"]),
    shared("PlaneContract", ["Signing", "Wire", "Attestations", "MerkleLog", "Drift"]),
    .target(name: "CountingSodium", path: "CountingSodium"),
    .executableTarget(
      name: "planes-bench",
      dependencies: ["CSodium", "Signing", "Wire", "Attestations", "MerkleLog", "Drift", "PlaneContract"],
      path: "Suite", swiftSettings: settings),
  ])
