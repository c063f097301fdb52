import Foundation
import Testing

/// The fourth lock: what the linker put into the unstripped programs beside this test.
@Suite struct SymbolTests {
  @Test(arguments: [
    ("training-plane", "TrainingPlane"), ("governance-plane", "GovernancePlane"), ("serving-plane", "ServingPlane"),
  ])
  func aDaemonContainsItsOwnPlaneAndNoOther(daemon: String, plane: String) throws {
    let modules = try planes(in: daemon)
    #expect(modules == [plane])
  }

  @Test func planectlContainsNoPlaneAndNoDatabase() throws {
    let symbols = try symbols(of: "planectl")
    #expect(try planes(in: "planectl").isEmpty)
    #expect(!symbols.contains(Self.mark(of: "GRDB")) && !symbols.contains("sqlite3_open"))
    #expect(symbols.contains(Self.mark(of: "PlaneContract")))
  }

  @Test func theBridgeContainsNoPlane() throws {
    #expect(try planes(in: "nanda-bridge").isEmpty)
    #expect(try symbols(of: "nanda-bridge").contains(Self.mark(of: "Hummingbird")))
    #expect(try !symbols(of: "planectl").contains(Self.mark(of: "Hummingbird")))
  }

  private func planes(in program: String) throws -> Set<String> {
    let symbols = try symbols(of: program)
    return PackageGraph.planes.filter { symbols.contains(Self.mark(of: $0)) }
  }

  /// How a mangled Swift symbol begins that belongs to `module`.
  private static func mark(of module: String) -> String { " $s\(module.utf8.count)\(module)" }

  private func symbols(of program: String) throws -> String {
    let path = Repository.products.appendingPathComponent(program).path
    try #require(FileManager.default.fileExists(atPath: path), "\(path) is missing; run: swift build --build-tests")
    let listing = try Command(["nm", path])
    try #require(listing.status == 0 && listing.output.utf8.count > 10_000, "nm: \(listing.output.prefix(200))")
    return listing.output
  }
}
