import Foundation
import Signing
import TestSupport
import Testing
import WeightsDigest
import Wire

@testable import ServingPlane

@Suite struct WeightsStoreTests {
  private let tree: TemporaryTree
  private let roots: WeightsRoots
  private let store: WeightsStore

  init() throws {
    tree = try TemporaryTree()
    try tree.write("version 1", to: "models/v1.bin")
    try tree.write("version 2", to: "models/v2.bin")
    try tree.write("layer", to: "models/tree/layers/0.bin")
    try tree.write("config", to: "models/tree/config.json")
    try tree.makeDirectory("home")
    roots = try WeightsRoots(roots: [tree / "models"], excluded: [tree / "home"])
    store = try WeightsStore(directory: tree / "home/store", reserve: 0)
  }

  private func id(_ name: String) throws -> WeightsID {
    let fingerprint = try WeightsHasher().hash(path: tree / "models" + "/" + name)
    return WeightsID(digest: fingerprint.digest, kind: fingerprint.kind)
  }

  private func ingest(_ name: String, expecting id: WeightsID? = nil) async throws -> StoredWeights {
    try await store.ingest(path: tree / "models" + "/" + name, expecting: id ?? self.id(name), under: roots)
  }

  /// Everything below the store's two shelves, drafts included.
  private func contents() throws -> [String] {
    try ["file", "directory"].flatMap { try FileManager.default.contentsOfDirectory(atPath: tree / "home/store/\($0)") }
  }

  private func overwrite(_ path: String, _ text: String) throws {
    chmod(path, 0o600)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: [])
  }

  @Test func aFileIsStoredUnderItsNameInAReadOnlyDirectory() async throws {
    let stored = try await ingest("v1.bin")
    #expect(try FileManager.default.contentsOfDirectory(atPath: stored.directory) == ["v1.bin"])
    #expect(try String(contentsOfFile: stored.directory + "/v1.bin", encoding: .utf8) == "version 1")
    let mode = try FileManager.default.attributesOfItem(atPath: stored.directory)[.posixPermissions] as? Int
    #expect(mode == 0o555)
    #expect(try await store.verified(id("v1.bin")) == stored)
  }

  @Test func aTreeIsStoredAsItIs() async throws {
    let stored = try await ingest("tree")
    #expect(try WeightsHasher().hash(path: stored.directory).digest == id("tree").digest)
    #expect(try String(contentsOfFile: stored.directory + "/layers/0.bin", encoding: .utf8) == "layer")
    #expect(try await store.verified(id("tree")) == stored)
  }

  @Test func otherBytesThanTheApprovedOnesAreRefusedAndLeaveNothing() async throws {
    let expected = try id("v1.bin")
    let actual = try id("v2.bin").digest
    await #expect(
      throws: WeightsStoreError.digestMismatch(path: tree / "models/v2.bin", expected: expected.digest, actual: actual)
    ) { try await ingest("v2.bin", expecting: expected) }
    #expect(try contents().isEmpty)
  }

  @Test func otherBytesAreRefusedThoughTheApprovedOnesAreStored() async throws {
    _ = try await ingest("v1.bin")
    let approved = try id("v1.bin")
    try tree.write("version X", to: "models/v1.bin")
    await #expect(throws: WeightsStoreError.self) { try await ingest("v1.bin", expecting: approved) }
    #expect(try await store.verified(approved).id == approved)
  }

  /// Hashing a TiB of holes would hold one of the store's few threads for many minutes.
  @Test(.timeLimit(.minutes(1))) func aHugeFileOfHolesIsRefusedUnreadWhereTheApprovedBytesAreStored() async throws {
    let approved = try await ingest("v1.bin").id
    let path = tree / "models/holes.bin"
    try tree.write("", to: "models/holes.bin")
    try #require(truncate(path, 1 << 40) == 0)
    await #expect(throws: WeightsStoreError.sizeMismatch(path: path, expected: approved, byteCount: 9)) {
      try await ingest("holes.bin", expecting: approved)
    }
    #expect(try await store.verified(approved).id == approved)
  }

  @Test func aTreeInPlaceOfAFileIsRefused() async throws {
    let expected = WeightsID(digest: try id("tree").digest, kind: .file)
    await #expect(throws: WeightsStoreError.kindMismatch(path: tree / "models/tree", expected: expected)) {
      try await ingest("tree", expecting: expected)
    }
  }

  @Test func aTreeWithALinkIsRefusedAndLeavesNothing() async throws {
    let expected = try id("tree")
    try tree.link("models/tree/alias", to: "config.json")
    await #expect(throws: WeightsError.symbolicLink(tree / "models/tree/alias")) {
      try await ingest("tree", expecting: expected)
    }
    #expect(try contents().isEmpty)
  }

  @Test func thePlanesOwnStoreIsNotReadAsWeights() async throws {
    let stored = try await ingest("v1.bin")
    let roots = try WeightsRoots(roots: ["/"], excluded: [tree / "home"])
    await #expect(throws: WeightsRootsError.self) {
      try await store.ingest(path: stored.directory + "/v1.bin", expecting: stored.id, under: roots)
    }
  }

  @Test func aStoreWithoutRoomRefusesBeforeItWritesAndLeavesNothing() async throws {
    let store = try WeightsStore(directory: tree / "home/store", reserve: .max - 9)
    let error = await #expect(throws: WeightsStoreError.self) {
      try await store.ingest(path: tree / "models/v1.bin", expecting: id("v1.bin"), under: roots)
    }
    #expect(error?.description.contains("free space") == true)
    #expect(try contents().isEmpty)
  }

  @Test func theSameBytesUnderAnotherNameKeepTheFirst() async throws {
    let first = try await ingest("v1.bin")
    try tree.write("version 1", to: "models/other.bin")
    #expect(try await ingest("other.bin") == first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: first.directory) == ["v1.bin"])
  }

  @Test(arguments: ["changed", ""])
  func aDamagedCopyIsNoticedAndThenReplaced(text: String) async throws {
    let stored = try await ingest("v1.bin")
    try overwrite(stored.directory + "/v1.bin", text)
    await #expect(throws: WeightsStoreError.self) { try await store.verified(stored.id) }
    _ = try await ingest("v1.bin")
    #expect(try await store.verified(stored.id) == stored)
    #expect(try contents() == [stored.id.digest.hex])
  }

  @Test func aFilePlantedInAStoredObjectIsNoticed() async throws {
    let file = try await ingest("v1.bin")
    chmod(file.directory, 0o700)
    try Data("planted".utf8).write(to: URL(fileURLWithPath: file.directory + "/planted"))
    await #expect(throws: WeightsStoreError.damaged(file.id, problem: "it should be one file")) {
      try await store.verified(file.id)
    }
    let directory = try await ingest("tree")
    chmod(directory.directory, 0o700)
    try Data("planted".utf8).write(to: URL(fileURLWithPath: directory.directory + "/planted"))
    await #expect(throws: WeightsStoreError.self) { try await store.verified(directory.id) }
  }

  @Test func whatIsNotStoredIsSaidNotToBe() async throws {
    let id = try id("v1.bin")
    await #expect(throws: WeightsStoreError.notStored(id)) { try await store.verified(id) }
    try await store.remove(id)
  }

  @Test func manyIngestsOfOneObjectAtOnceLeaveOneWholeCopy() async throws {
    let id = try id("tree")
    try await withThrowingTaskGroup(of: StoredWeights.self) { group in
      for _ in 0..<12 { group.addTask { try await ingest("tree", expecting: id) } }
      for try await stored in group { #expect(stored.id == id) }
    }
    #expect(try await store.verified(id).id == id)
    #expect(try contents() == [id.digest.hex])
  }

  @Test func theSweepKeepsWhatItIsToldAndWhatIsHeld() async throws {
    let kept = try await ingest("v1.bin").id
    let held = try await ingest("v2.bin").id
    let dropped = try await ingest("tree").id
    try await store.holding(held) {
      let swept = try await store.sweep(keeping: [kept])
      #expect(swept == [dropped])
      await #expect(throws: WeightsStoreError.inUse(held)) { try await store.remove(held) }
    }
    #expect(try Set(contents()) == [kept.digest.hex, held.digest.hex])
    #expect(try await store.sweep(keeping: [kept]) == [held])
    #expect(try contents() == [kept.digest.hex])
  }

  @Test func whatAKilledPlaneLeftUnfinishedIsRemovedAtTheStart() async throws {
    let stored = try await ingest("v1.bin")
    try tree.write("half", to: "home/store/file/.ingest-0123/v2.bin")
    try tree.write("half", to: "home/store/directory/.removed-4567/deep/0.bin")
    chmod(tree / "home/store/directory/.removed-4567/deep", 0o555)
    let restarted = try WeightsStore(directory: tree / "home/store")
    #expect(try contents() == [stored.id.digest.hex])
    #expect(try await restarted.verified(stored.id) == stored)
  }

  @Test func aDeployThatIsCancelledLeavesNothing() async throws {
    let id = try id("v1.bin")
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await ingest("v1.bin", expecting: id)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try contents().isEmpty)
  }
}
