// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the main one does not carry it. `Shared` links to ../../Sources/Shared: the load generator signs
// and reads messages with the project's own code, and needs no other package.

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
  targets: [
    .systemLibrary(
      name: "CSodium", path: "Shared/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    shared("Signing", ["CSodium"]),
    shared("Wire", ["Signing"]),
    shared("Attestations", ["Signing", "Wire"]),
    shared("PlaneContract", ["Signing", "Wire", "Attestations"]),
    .executableTarget(
      name: "authorize-bench", dependencies: ["Signing", "Wire", "Attestations", "PlaneContract"],
      path: "AuthorizeBench", swiftSettings: settings),
  ])
