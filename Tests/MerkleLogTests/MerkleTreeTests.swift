import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

@Suite struct MerkleTreeTests {
  @Test func theRootsOfTheCertificateTransparencyVectors() throws {
    let vectors = try Vectors.item("rfc6962")
    let leaves = try #require(vectors["leaves_hex"]?.array).map { try #require($0.string.flatMap(Hex.decode)) }
    let roots = try #require(vectors["roots_hex"]?.array).map { try #require($0.string.flatMap { Digest(hex: $0) }) }
    var log = GrowingLog()
    #expect(roots.count == 9 && log.frontier.root == roots[0])
    for (leaf, root) in zip(leaves, roots.dropFirst()) {
      log.append(leaf)
      #expect(log.frontier.root == root)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 64, 65, 127, 200]) func rootsAreThoseOfTheDefinition(size: Int) throws {
    let log = GrowingLog(count: 200)
    let entries = (0..<size).map(GrowingLog.entry)
    #expect(try log.root(size: size) == GrowingLog.root(of: entries))
    #expect(try log.frontier(size: size) == GrowingLog(count: size).frontier)
  }

  @Test func aFrontierNeedsOneHashForEachOneBitOfItsSize() {
    let hash = MerkleHash.leaf([1])
    #expect(MerkleFrontier(size: 3, hashes: [hash]) == nil)
    #expect(MerkleFrontier(size: 2, hashes: [hash, hash]) == nil)
    #expect(MerkleFrontier(size: -1, hashes: []) == nil)
    #expect(MerkleFrontier(size: 4, hashes: [hash])?.root == hash)
  }

  /// Without the prefixes an inner node could be shown as an entry.
  @Test func anEntryThatSpellsTwoHashesIsNoInnerNode() {
    let (left, right) = (MerkleHash.leaf([1]), MerkleHash.leaf([2]))
    #expect(MerkleHash.leaf(left.bytes + right.bytes) != MerkleHash.node(left, right))
    #expect(MerkleHash.leaf([1] + left.bytes + right.bytes) != MerkleHash.node(left, right))
  }
}

@Suite struct MerkleProofTests {
  private static let log = GrowingLog(count: 70)

  @Test func everyEntryOfEverySizeIsProvedAndNoOtherIs() throws {
    for size in 1...70 {
      let root = try Self.log.root(size: size)
      for index in 0..<size {
        let proof = try Self.log.inclusionProof(of: index, size: size)
        #expect(try proof.root(from: MerkleHash.leaf(GrowingLog.entry(index))) == root)
        #expect(try proof.root(from: MerkleHash.leaf(GrowingLog.entry(index + 1))) != root)
      }
    }
  }

  @Test func aProofForAnotherIndexOrSizeIsNone() throws {
    let (root, leaf) = (try Self.log.root(size: 70), MerkleHash.leaf(GrowingLog.entry(33)))
    let hashes = try Self.log.inclusionProof(of: 33, size: 70).hashes
    for index in 0..<70 where index != 33 {
      let moved = InclusionProof(index: index, size: 70, hashes: hashes)
      #expect((try? moved.root(from: leaf)) != root, "index \(index)")
    }
    for size in [33, 34, 63, 64, 129] {
      #expect((try? InclusionProof(index: 33, size: size, hashes: hashes).root(from: leaf)) != root, "size \(size)")
    }
  }

  @Test func aHashTooManyTooFewOrAlteredBreaksTheProof() throws {
    let (root, leaf) = (try Self.log.root(size: 70), MerkleHash.leaf(GrowingLog.entry(33)))
    let hashes = try Self.log.inclusionProof(of: 33, size: 70).hashes
    func fails(_ hashes: [Digest]) -> Bool {
      (try? InclusionProof(index: 33, size: 70, hashes: hashes).root(from: leaf)) != root
    }
    #expect(fails(hashes + [root]) && fails(Array(hashes.dropLast())) && fails(Array(hashes.dropFirst())) && fails([]))
    for index in hashes.indices {
      var altered = hashes
      altered[index] = MerkleHash.leaf([9])
      #expect(fails(altered))
    }
  }

  @Test(arguments: [(-1, 5), (5, 5), (6, 5), (0, 0)]) func noEntryOutsideOfTheLogIsProved(index: Int, size: Int) {
    #expect(throws: ProofError.outside(index: index, size: size)) {
      try Self.log.inclusionProof(of: index, size: size)
    }
    #expect(throws: ProofError.outside(index: index, size: size)) {
      try InclusionProof(index: index, size: size, hashes: []).root(from: MerkleHash.empty)
    }
  }

  @Test func everySizeIsTheBeginningOfEveryLargerOne() throws {
    for new in 0...70 {
      for old in 0...new {
        let proof = try Self.log.consistencyProof(from: old, to: new)
        try proof.check(from: Self.log.root(size: old), to: Self.log.root(size: new))
        #expect(proof.hashes.count <= 8)
      }
    }
  }

  @Test func aForkIsNotConsistentWithWhatItLeft() throws {
    for old in [1, 2, 3, 31, 32, 33, 64, 69] {
      var fork = GrowingLog(count: old - 1)
      for _ in (old - 1)..<70 { fork.append([7]) }
      let proof = try fork.consistencyProof(from: old, to: 70)
      #expect(throws: ProofError.anotherPast) {
        try proof.check(from: Self.log.root(size: old), to: fork.root(size: 70))
      }
    }
  }

  @Test func ofOneSizeThereIsOneRoot() throws {
    let proof = ConsistencyProof(oldSize: 5, newSize: 5, hashes: [])
    #expect(throws: ProofError.anotherPast) {
      try proof.check(from: Self.log.root(size: 5), to: MerkleHash.leaf([1]))
    }
    let root = try Self.log.root(size: 5)
    #expect(throws: ProofError.wrongLength) {
      try ConsistencyProof(oldSize: 5, newSize: 5, hashes: [root]).check(from: root, to: root)
    }
  }

  @Test func aLogThatShrankHasNoProof() throws {
    #expect(throws: ProofError.shrunk(from: 9, to: 8)) { try Self.log.consistencyProof(from: 9, to: 8) }
    #expect(throws: ProofError.shrunk(from: 9, to: 8)) {
      try ConsistencyProof(oldSize: 9, newSize: 8, hashes: []).check(from: MerkleHash.empty, to: MerkleHash.empty)
    }
  }

  @Test func aConsistencyProofWithAHashTooManyTooFewOrAlteredIsNone() throws {
    let (old, new) = (try Self.log.root(size: 37), try Self.log.root(size: 70))
    let hashes = try Self.log.consistencyProof(from: 37, to: 70).hashes
    func fails(_ hashes: [Digest]) -> Bool {
      (try? ConsistencyProof(oldSize: 37, newSize: 70, hashes: hashes).check(from: old, to: new)) == nil
    }
    #expect(!fails(hashes))
    #expect(fails(hashes + [new]) && fails(Array(hashes.dropLast())) && fails(Array(hashes.dropFirst())) && fails([]))
    for index in hashes.indices {
      var altered = hashes
      altered[index] = MerkleHash.leaf([9])
      #expect(fails(altered))
    }
  }
}
