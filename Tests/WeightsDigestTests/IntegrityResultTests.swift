import Signing
import TestSupport
import Testing
import Wire

@testable import WeightsDigest

@Suite struct IntegrityResultTests {
  let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  private func check(_ expected: String, _ algorithm: String = "sha256") throws -> IntegrityResult {
    try WeightsHasher().check(path: tree / "model.bin", expected: expected, algorithm: algorithm)
  }

  @Test(arguments: ["SHA256", "md5", "sha1", "blake2s", " sha256", "sha256\n"])
  func aFunctionThatIsNotSupportedIsRefused(algorithm: String) throws {
    try tree.write("weights", to: "model.bin")
    #expect(throws: IntegrityRefusal.unsupported(algorithm)) { try check("ab", algorithm) }
  }

  @Test func papersWithoutAHashAndDirectoriesAreRefused() throws {
    try tree.write("weights", to: "model.bin")
    #expect(throws: IntegrityRefusal.noHash) { try check("") }
    let hasher = WeightsHasher()
    #expect(throws: IntegrityRefusal.self) { try hasher.check(path: tree.path, expected: "ab", algorithm: "") }
  }

  @Test func uppercaseAndPrefixedHashesAreOtherTexts() throws {
    try tree.write("weights", to: "model.bin")
    let hex = Digest(hashing: Array("weights".utf8)).hex
    #expect(try check(hex).valid && check(hex, "").valid)
    for other in [hex.uppercased(), "sha256:\(hex)", " \(hex)", "\(hex)\n"] { #expect(try !check(other).valid) }
  }

  @Test func theResultHasUpstreamsFields() throws {
    try tree.write("weights", to: "model.bin")
    let fields = try check("ab").fields
    #expect(fields.members.map(\.key) == ["valid", "expected_hash", "computed_hash", "algorithm"])
    #expect(fields["valid"] == false && fields["algorithm"] == "sha256" && fields["expected_hash"] == "ab")
  }

  /// Sizes around the buffer of 1 MiB, and nothing.
  @Test(arguments: [0, 1, 127, 128, 1 << 20, (1 << 20) + 1, 3 << 20]) func everyFunctionAgreesWithPython(size: Int)
    throws
  {
    try tree.write((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }, to: "model.bin")
    let names = HashAlgorithm.allCases.map(\.rawValue)
    let program = """
      import hashlib, sys
      data = open("\(tree / "model.bin")", "rb").read()
      for line in sys.stdin: print(hashlib.new(line.strip().replace("blake2b", "blake2b512"), data).hexdigest())
      """
    let answers = try Python.run(program, names)
    try #require(answers.count == names.count)
    for (name, answer) in zip(names, answers) { #expect(try check(answer, name).valid, "\(name) of \(size) bytes") }
  }
}
