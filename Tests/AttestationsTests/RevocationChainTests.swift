import Attestations
import Signing
import TestSupport
import Testing

@Suite struct RevocationChainTests {
  private let digests = (0..<40).map { Digest(hashing: Array("revocation \($0)".utf8)) }

  @Test func aWithheldRevocationIsAnotherHead() {
    let whole = RevocationChain(digests)
    for missing in digests.indices {
      var rest = digests
      rest.remove(at: missing)
      let chain = RevocationChain(rest)
      #expect(chain.head != whole.head && chain.count == whole.count - 1)
    }
  }

  @Test func anotherRevocationInThePlaceOfOneIsAnotherHead() {
    let other = Digest(hashing: Array("another".utf8))
    #expect(RevocationChain(digests.dropLast() + [other]).head != RevocationChain(digests).head)
  }

  @Test func theOrderInWhichTheyCameDoesNotMatter() {
    var generator = SeededGenerator()
    for _ in 0..<50 {
      let subset = digests.shuffled(using: &generator).prefix(Int.random(in: 0...40, using: &generator))
      var grown = RevocationChain()
      for digest in subset.shuffled(using: &generator) {
        if Bool.random(using: &generator) { grown.settle() }
        grown.insert(digest)
      }
      let built = RevocationChain(subset)
      #expect(grown.head == built.head && grown.count == subset.count, "seed \(generator.seed)")
    }
  }

  @Test func oneThatIsThereIsNotAddedAgain() {
    var chain = RevocationChain(digests + digests)
    let head = chain.head
    chain.insert(digests[7])
    #expect(chain.count == digests.count && chain.head == head)
  }

  /// The bytes of docs/formats.md, computed without this type.
  @Test func anAuditorCanComputeIt() {
    #expect(RevocationChain().head == Digest(hashing: Array("nanda-revocation-chain-v1".utf8)))
    #expect(
      RevocationChain().head.hex == "97eee2e0d16e6829a058379cad4fcb034badd29e22d566f0493206db59a8b4aa")
    var head = Digest(hashing: Array("nanda-revocation-chain-v1".utf8)).bytes
    for digest in digests.sorted() { head = Digest(hashing: head + digest.bytes).bytes }
    #expect(RevocationChain(digests).head.bytes == head)
  }

  /// Computed by the Python of docs/formats.md, over the SHA-256 of the bytes 1, 2 and 3.
  @Test func pythonComputesTheSame() {
    let digests = [[3], [1], [2]].map { Digest(hashing: $0) }
    #expect(RevocationChain(digests).head.hex == "c3d43261deb79dcb8ead3e84c8560669ac9439d4c06afe27b6b81d1b2f64c35f")
  }
}
