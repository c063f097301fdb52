import Signing
import Testing

@Suite struct DigestTests {
  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), ("abc", abc),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func theVectorsOfFIPS180(message: String, hex: String) {
    #expect(Digest(hashing: Array(message.utf8)).hex == hex)
  }

  @Test func isWrittenAndReadWithItsPrefix() throws {
    let digest = try #require(Digest("sha256:\(Self.abc)"))
    #expect(digest.description == "sha256:\(Self.abc)")
    #expect(digest == Digest(hashing: Array("abc".utf8)))
  }

  @Test func peopleAndJobsMayLeaveThePrefixOut() {
    #expect(Digest(loose: Self.abc) == Digest("sha256:\(Self.abc)"))
    #expect(Digest(Self.abc) == nil)
    #expect(Digest(loose: "sha256:sha256:\(Self.abc)") == nil)
  }

  @Test(arguments: [
    abc.uppercased(), String(abc.dropLast()), abc + "0", " " + abc.dropLast(), abc.dropLast() + "g",
    abc.dropLast(2) + "０",
    "",
  ])
  func everyOtherSpellingIsRefused(hex: String) {
    #expect(Digest(hex: hex) == nil)
    #expect(Digest("sha256:\(hex)") == nil)
    #expect(Digest(loose: hex) == nil)
  }

  @Test(arguments: ["SHA256:", "sha-256:", "sha512:", "sha256", "sha256: ", "ｓha256:"])
  func anotherAlgorithmsNameIsRefused(prefix: String) {
    #expect(Digest(prefix + Self.abc) == nil)
    #expect(Digest(loose: prefix + Self.abc) == nil)
  }
}
