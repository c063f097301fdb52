import Foundation
import Testing

/// The third lock: `--explicit-target-dependency-import-check error`, with which everything here is built.
///
/// It is tried on a copy of this package: the real Package.swift and the real sources, the checkouts of the running build, and one
/// planted line. SwiftPM looks at the imports of every target when it plans, so building the smallest target shows the verdict about
/// all of them without compiling them, and without a network.
@Suite struct PlantedImportTests {
  @Test func aPlaneThatImportsAnotherDoesNotBuild() throws {
    let copy = try PackageCopy()
    let honest = try copy.build()
    try #require(honest.status == 0, "the copy does not build as it is: \(honest.output)")
    let plants = [
      ("TrainingPlane", "GovernancePlane"), ("GovernancePlane", "ServingPlane"), ("ServingPlane", "TrainingPlane"),
    ]
    for (plane, other) in plants {
      let planted = try copy.build(planting: "import \(other)", in: "Planes/\(plane)")
      #expect(planted.status != 0, "\(plane) may import \(other)")
      #expect(planted.output.contains("Target \(plane) imports another target (\(other))"), "\(planted.output)")
    }
  }

  @Test func planectlThatImportsTheDatabaseDoesNotBuild() throws {
    let planted = try PackageCopy().build(planting: "import Storage", in: "Executables/planectl")
    #expect(planted.status != 0)
    #expect(planted.output.contains("Target planectl imports another target (Storage)"), "\(planted.output)")
  }
}

/// A copy of this package in a scratch directory, sharing what the running build has fetched.
private struct PackageCopy {
  /// A target of one C file.
  private static let smallestTarget = "CLinux"

  private let scratch: ScratchDirectory
  private var root: URL { scratch.url.appendingPathComponent("package") }
  private var products: URL { scratch.url.appendingPathComponent("build") }

  init() throws {
    scratch = try ScratchDirectory()
    let files = FileManager.default
    for folder in [root, products] { try files.createDirectory(at: folder, withIntermediateDirectories: false) }
    for name in ["Package.swift", "Package.resolved", "Sources"] {
      try files.copyItem(at: Repository.root.appendingPathComponent(name), to: root.appendingPathComponent(name))
    }
    try files.createSymbolicLink(
      at: root.appendingPathComponent("Tests"), withDestinationURL: Repository.root.appendingPathComponent("Tests"))
    // …/scratch/<triple>/debug is where the running build puts its products.
    let running = Repository.products.deletingLastPathComponent().deletingLastPathComponent()
    for name in ["checkouts", "repositories", "artifacts"] {
      try files.createSymbolicLink(
        at: products.appendingPathComponent(name), withDestinationURL: running.appendingPathComponent(name))
    }
    try files.copyItem(
      at: running.appendingPathComponent("workspace-state.json"),
      to: products.appendingPathComponent("workspace-state.json"))
  }

  func build() throws -> Command {
    try Command([
      "swift", "build", "--package-path", root.path, "--scratch-path", products.path, "--disable-automatic-resolution",
      "--explicit-target-dependency-import-check", "error", "--target", Self.smallestTarget,
    ])
  }

  /// Builds with `line` on top of the first source of `folder`, and takes it out again.
  func build(planting line: String, in folder: String) throws -> Command {
    let target = root.appendingPathComponent("Sources/\(folder)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: target.path).filter { $0.hasSuffix(".swift") }
    let file = target.appendingPathComponent(try #require(names.min()))
    let honest = try String(contentsOf: file, encoding: .utf8)
    try "\(line)\n\(honest)".write(to: file, atomically: true, encoding: .utf8)
    defer { try? honest.write(to: file, atomically: true, encoding: .utf8) }
    return try build()
  }
}
