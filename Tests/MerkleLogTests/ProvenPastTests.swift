import MerkleLog
import Testing

@Suite struct ProvenPastTests {
  private static let log = GrowingLog(count: 70)

  @Test func aProofHoldsTheLogAsItWasBeforeItsEntry() throws {
    for size in 1...70 {
      for index in 0..<size {
        let past = try Self.log.inclusionProof(of: index, size: size).past
        #expect(try past == Self.log.frontier(size: index), "\(index) of \(size)")
      }
    }
  }

  @Test func withAHashTooFewItHoldsNone() throws {
    let proof = try Self.log.inclusionProof(of: 68, size: 70)
    #expect(InclusionProof(index: 68, size: 70, hashes: proof.hashes.dropLast()).past == nil)
    #expect(InclusionProof(index: 70, size: 70, hashes: proof.hashes).past == nil)
  }
}
