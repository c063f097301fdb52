import Foundation
import Signing
import TestSupport
import Testing

@testable import WeightsDigest

/// What cannot be weights. Each refusal names the path, and none waits for anything.
@Suite(.timeLimit(.minutes(1))) struct WeightsRefusalTests {
  private let tree: TemporaryTree
  private var weights: String { tree / "weights" }

  init() throws {
    tree = try TemporaryTree()
    try tree.write("bytes", to: "weights/model.bin")
  }

  private func refusal(of path: String, limits: WeightsLimits = WeightsLimits()) -> WeightsError? {
    #expect(throws: WeightsError.self) { try WeightsHasher(limits: limits).hash(path: path) }
  }

  @Test func aLinkToAFileInTheTree() throws {
    try tree.link("weights/alias", to: "model.bin")
    #expect(refusal(of: weights) == .symbolicLink(tree / "weights/alias"))
  }

  @Test func aLinkToADirectoryInTheTree() throws {
    try tree.makeDirectory("elsewhere")
    try tree.link("weights/sub", to: "../elsewhere")
    #expect(refusal(of: weights) == .symbolicLink(tree / "weights/sub"))
  }

  @Test func aLinkThatLeadsNowhere() throws {
    try tree.link("weights/gone", to: "nothing")
    #expect(refusal(of: weights) == .symbolicLink(tree / "weights/gone"))
  }

  @Test(arguments: ["alias", "alias/", "alias//"])
  func thePathItselfIsALink(spelling: String) throws {
    try tree.link("alias", to: "weights")
    let error = refusal(of: tree / spelling)
    #expect(error == .symbolicLink(tree / "alias"))
    #expect(error?.description.contains("cp -rL") == true)
  }

  @Test func aLinkAboveAPersonsPathIsFollowed() throws {
    try tree.link("alias", to: "weights")
    let direct = try WeightsHasher().hash(path: tree / "weights/model.bin")
    #expect(try WeightsHasher().hash(path: tree / "alias/model.bin") == direct)
  }

  @Test func aPipeIsRefusedAndNotWaitedFor() throws {
    mkfifo(tree / "pipe", 0o600)
    mkfifo(tree / "weights/pipe", 0o600)
    #expect(refusal(of: tree / "pipe") == .notAFile(tree / "pipe", .pipe))
    #expect(refusal(of: weights) == .notAFile(tree / "weights/pipe", .pipe))
  }

  @Test func aSocket() throws {
    // mknod makes the file of a socket without the limit that sockaddr sets to its path.
    #expect(mknod(tree / "weights/socket", S_IFSOCK | 0o600, 0) == 0)
    #expect(refusal(of: weights) == .notAFile(tree / "weights/socket", .socket))
  }

  @Test(arguments: ["/dev/null", "/dev/zero"])
  func aDevice(path: String) {
    #expect(refusal(of: path) == .notAFile(path, .device))
  }

  @Test func anEmptyTree() throws {
    try tree.makeDirectory("empty")
    try tree.makeDirectory("hollow/inside/inside")
    #expect(refusal(of: tree / "empty") == .emptyTree(tree / "empty"))
    #expect(refusal(of: tree / "hollow") == .emptyTree(tree / "hollow"))
  }

  @Test(arguments: [[0x66, 0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0xaf]] as [[UInt8]])
  func aNameThatIsNotUTF8(name: [UInt8]) throws {
    try makeFile(name)
    #expect(refusal(of: weights)?.description.contains("is not UTF-8") == true)
  }

  @Test(arguments: [0x01, 0x09, 0x0a, 0x1f, 0x7f] as [UInt8])
  func aControlCharacterInAName(byte: UInt8) throws {
    try makeFile([0x61, byte, 0x62])
    let description = try #require(refusal(of: weights)).description
    #expect(description.contains("control character"))
    #expect(!description.utf8.contains(byte))
  }

  /// Two trees with one digest, for who writes names into a manifest as they are: the second has the first's other line in the
  /// name of its only file.
  @Test func aNewlineThatMakesOneManifestOfTwoTrees() throws {
    let (first, second) = (Array("first".utf8), Array("second".utf8))
    try tree.write(first, to: "two/a")
    try tree.write(second, to: "two/b")
    let name = "a\n\(Digest(hashing: second).hex)  \(second.count)  b"
    try tree.write(first, to: "one/\(name)")
    func line(_ bytes: [UInt8], _ name: String) -> String { "\(Digest(hashing: bytes).hex)  \(bytes.count)  \(name)\n" }
    let manifest = line(first, "a") + line(second, "b")
    #expect(line(first, name) == manifest)
    let digest = Digest(hashing: Array("nanda-weights-directory-v1\n\(manifest)".utf8))
    #expect(try WeightsHasher().hash(path: tree / "two").digest == digest)
    #expect(refusal(of: tree / "one")?.description.contains("control character") == true)
  }

  @Test func aControlCharacterInTheNameOfASingleFile() throws {
    try tree.write("bytes", to: "a\nb")
    #expect(refusal(of: tree / "a\nb")?.description.contains("a\\x0ab") == true)
  }

  @Test(arguments: ["", "/tmp\0/etc", "\0"])
  func anEmptyPathOrOneWithANUL(path: String) {
    #expect(refusal(of: path) == .emptyPath)
  }

  @Test func aTreeWithTooManyEntries() throws {
    for index in 0..<4 { try tree.write("", to: "weights/sub/\(index)") }
    #expect(refusal(of: weights, limits: WeightsLimits(entries: 5)) == .tooManyEntries(weights, limit: 5))
    #expect(try WeightsHasher(limits: WeightsLimits(entries: 6)).hash(path: weights).fileCount == 5)
  }

  @Test func aTreeThatIsTooDeep() throws {
    try tree.write("", to: "weights/1/2/3/file")
    #expect(refusal(of: weights, limits: WeightsLimits(depth: 3)) == .tooDeep(weights, limit: 3))
    #expect(try WeightsHasher(limits: WeightsLimits(depth: 4)).hash(path: weights).fileCount == 2)
  }

  @Test func weightsThatAreTooLarge() throws {
    #expect(
      refusal(of: tree / "weights/model.bin", limits: WeightsLimits(bytes: 4))
        == .tooLarge(tree / "weights/model.bin", limit: 4))
    try tree.write("more", to: "weights/sub/more.bin")
    #expect(refusal(of: weights, limits: WeightsLimits(bytes: 8)) == .tooLarge(weights, limit: 8))
    #expect(try WeightsHasher(limits: WeightsLimits(bytes: 9)).hash(path: weights).byteCount == 9)
  }

  @Test func aFileOfTheGreatestSizeThereIs() throws {
    let holes = try TemporaryTree(below: "/dev/shm")
    try holes.write("", to: "weights/model.bin")
    try #require(truncate(holes / "weights/model.bin", .max) == 0)
    #expect(refusal(of: holes / "weights/model.bin") == .tooLarge(holes / "weights/model.bin", limit: 16 << 40))
    #expect(refusal(of: holes / "weights") == .tooLarge(holes / "weights", limit: 16 << 40))
  }

  @Test func sizesWhoseSumIsNoNumber() throws {
    let holes = try TemporaryTree(below: "/dev/shm")
    for name in ["weights/1.bin", "weights/2.bin"] {
      try holes.write("", to: name)
      try #require(truncate(holes / name, .max) == 0)
    }
    #expect(
      refusal(of: holes / "weights", limits: WeightsLimits(bytes: .max)) == .tooLarge(holes / "weights", limit: .max))
  }

  @Test func theGreatestSizeIsReadPieceByPiece() throws {
    let holes = try TemporaryTree(below: "/dev/shm")
    try holes.write("", to: "model.bin")
    try #require(truncate(holes / "model.bin", .max) == 0)
    let hasher = WeightsHasher(
      limits: WeightsLimits(bytes: .max), progress: { done, _ in if done > 0 { throw CancellationError() } })
    #expect(throws: CancellationError.self) { try hasher.hash(path: holes / "model.bin") }
  }

  @Test func aMissingPathIsNamed() {
    let error = #expect(throws: FileSystemError.self) { try WeightsHasher().hash(path: tree / "nothing") }
    #expect(error?.isMissing == true)
    #expect(error?.path == tree / "nothing")
  }

  /// Permissions do not stop the superuser, whom tests may run as, so the file is one whose bytes the kernel cannot read.
  @Test func aFileThatCannotBeRead() {
    let error = #expect(throws: FileSystemError.self) { try WeightsHasher().hash(path: "/proc/self/mem") }
    #expect(error?.operation == "read")
  }

  private func makeFile(_ name: [UInt8]) throws {
    let path = (Array((weights + "/").utf8) + name + [0]).map { CChar(bitPattern: $0) }
    let file = open(path, O_CREAT | O_WRONLY, 0o600)
    try #require(file >= 0)
    close(file)
  }
}
