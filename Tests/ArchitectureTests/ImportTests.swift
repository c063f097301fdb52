import Testing

/// The second lock: what the sources themselves say.
@Suite struct ImportTests {
  let sources: [SourceFile]

  init() throws {
    sources = try Repository.sources(under: "Sources")
    try #require(sources.count > 50)
  }

  @Test(arguments: [
    ("CSodium", "Sources/Shared/Signing/"), ("Crypto", "Sources/Shared/WeightsDigest/"),
    ("Yams", "Sources/Shared/Daemon/"), ("NIOPosix", "Sources/Shared/Transport/"), ("Hummingbird", "Sources/Bridge/"),
    ("HummingbirdCore", "Sources/Bridge/"), ("HTTPTypes", "Sources/Bridge/"),
  ])
  func aLibraryIsImportedInOnePlaceOnly(library: String, folder: String) {
    let importers = sources.filter { $0.imports.contains(library) }.map(\.path)
    #expect(!importers.isEmpty)
    #expect(importers.allSatisfy { $0.hasPrefix(folder) }, "\(library) is imported by \(importers)")
  }

  @Test(arguments: PackageGraph.planes.sorted()) func noPlanesSourcesMentionAnother(plane: String) {
    let others = PackageGraph.planes.subtracting([plane])
    for file in sources where file.path.hasPrefix("Sources/Planes/\(plane)/") {
      #expect(file.imports.isDisjoint(with: others), "\(file.path)")
      for other in others { #expect(!file.text.contains(other), "\(file.path) mentions \(other)") }
    }
  }

  @Test func theBridgeMentionsNoPlanesModule() {
    for file in sources where file.path.hasPrefix("Sources/Bridge/") {
      for plane in PackageGraph.planes { #expect(!file.text.contains(plane), "\(file.path) mentions \(plane)") }
    }
  }

  @Test func onlyItsOwnDaemonImportsAPlane() {
    for file in sources {
      let imported = file.imports.intersection(PackageGraph.planes)
      guard let plane = imported.first else { continue }
      let daemon = plane.replacing("Plane", with: "").lowercased() + "-plane"
      #expect(imported.count == 1 && file.path.hasPrefix("Sources/Executables/\(daemon)/"), "\(file.path)")
    }
  }

  @Test func aDecoratedImportIsStillSeen() {
    let text = "@testable import A\nprivate import B\nimport struct C.D\n@_spi(X) internal import E\n// import F\n"
    #expect(SourceFile(path: "", text: text).imports == ["A", "B", "C", "E"])
  }
}
