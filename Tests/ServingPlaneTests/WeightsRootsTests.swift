import Foundation
import TestSupport
import Testing
import WeightsDigest
import Wire

@testable import ServingPlane

/// Which paths the serving plane reads at all.
@Suite(.timeLimit(.minutes(1))) struct WeightsRootsTests {
  private let tree: TemporaryTree
  private let roots: WeightsRoots

  init() throws {
    tree = try TemporaryTree()
    try tree.write("bytes", to: "models/team/v1/model.bin")
    try tree.write("secret", to: "plane/plane.pem")
    try tree.write("secret", to: "models/nested-plane/state.sqlite")
    roots = try WeightsRoots(
      roots: [tree / "models", tree / "plane"], excluded: [tree / "plane", tree / "models/nested-plane"])
  }

  @Test func aFileAndADirectoryBelowARootAreRead() throws {
    #expect(try roots.open(tree / "models/team/v1/model.bin").kind == .file)
    #expect(try roots.open(tree / "models/team/v1").kind == .directory)
    #expect(try roots.open(tree / "models//team/v1/").kind == .directory)
  }

  @Test func aPathOutsideEveryRoot() throws {
    for path in ["/etc/passwd", tree.path, tree / "models", tree / "models2/file", "/"] {
      let error = #expect(throws: WeightsRootsError.self) { try roots.open(path) }
      #expect(error == .outside(path, roots: [tree / "models", tree / "plane"]))
    }
  }

  @Test func aRelativePathOrOneWithANUL() throws {
    for path in ["models/team", "", "./x", tree / "models/team\0/etc"] {
      #expect(throws: WeightsRootsError.notAbsolute(path)) { try roots.open(path) }
    }
  }

  @Test func aPathWithDots() throws {
    for path in [tree / "models/../plane/plane.pem", tree / "models/./team", tree / "models/team/.."] {
      #expect(throws: WeightsRootsError.dots(path)) { try roots.open(path) }
    }
  }

  @Test func aLinkInAnyPartOfThePath() throws {
    try tree.link("models/out", to: "/etc")
    try tree.link("models/team/latest", to: "v1")
    try tree.link("models/team/v1/alias.bin", to: "model.bin")
    let refused = [
      "models/out/passwd": "models/out", "models/team/latest/model.bin": "models/team/latest",
      "models/team/latest": "models/team/latest", "models/team/v1/alias.bin": "models/team/v1/alias.bin",
    ]
    for (path, blamed) in refused {
      #expect(throws: WeightsError.symbolicLink(tree / blamed)) { try roots.open(tree / path) }
    }
  }

  @Test func aRootThatIsALinkOfTheOperatorsIsFollowed() throws {
    try tree.link("alias", to: "models")
    let roots = try WeightsRoots(roots: [tree / "alias/"], excluded: [])
    #expect(try roots.open(tree / "alias/team/v1/model.bin").kind == .file)
  }

  @Test func thePlanesOwnStateBelowARoot() throws {
    for path in ["models/nested-plane", "models/nested-plane/state.sqlite"] {
      let refusal = WeightsRootsError.excluded(tree / path, directory: tree / "models/nested-plane")
      #expect(throws: refusal) { try roots.open(tree / path) }
    }
    let refusal = WeightsRootsError.excluded(tree / "plane/plane.pem", directory: tree / "plane")
    #expect(throws: refusal) { try roots.open(tree / "plane/plane.pem") }
  }

  @Test func aTreeThatContainsThePlanesOwnState() throws {
    let roots = try WeightsRoots(roots: ["/"], excluded: [tree / "models/nested-plane"])
    let refusal = WeightsRootsError.containsExcluded(tree / "models", directory: tree / "models/nested-plane")
    #expect(throws: refusal) { try roots.open(tree / "models") }
  }

  @Test func thePlanesOwnStateUnderAnotherName() throws {
    try tree.link("state", to: "models/nested-plane")
    let roots = try WeightsRoots(roots: [tree / "models"], excluded: [tree / "state"])
    let path = tree / "models/nested-plane/state.sqlite"
    #expect(throws: WeightsRootsError.excluded(path, directory: tree / "state")) { try roots.open(path) }
  }

  @Test func anExcludedDirectoryThatCannotBeExaminedStopsEveryReading() throws {
    let roots = try WeightsRoots(roots: [tree / "models"], excluded: [tree / "missing"])
    let error = #expect(throws: FileSystemError.self) { try roots.open(tree / "models/team/v1") }
    #expect(error?.path == tree / "missing")
  }

  @Test func aPipeIsRefusedAndNotWaitedFor() throws {
    mkfifo(tree / "models/pipe", 0o600)
    #expect(throws: WeightsError.notAFile(tree / "models/pipe", .pipe)) { try roots.open(tree / "models/pipe") }
  }

  @Test func aPlaneWithoutRootsReadsNothing() throws {
    let roots = try WeightsRoots(roots: [], excluded: [])
    let error = #expect(throws: WeightsRootsError.self) { try roots.open(tree / "models/team/v1") }
    #expect(error?.description.contains("weights_roots") == true)
  }

  @Test func aRootThatIsNotPlainIsRefusedAtTheStart() {
    #expect(throws: WeightsRootsError.notAbsolute("models")) { try WeightsRoots(roots: ["models"], excluded: []) }
    #expect(throws: WeightsRootsError.dots("/srv/../etc")) { try WeightsRoots(roots: ["/srv/../etc"], excluded: []) }
  }
}
