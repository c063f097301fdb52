import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

@Suite struct NoteTests {
  private static let origin = "0123456789abcdef/serving-plane"
  private static let witness = "0123456789abcdef/governance-plane"

  private func checkpoint(_ size: Int = 5, origin: String = origin) throws -> Checkpoint {
    try #require(Checkpoint(origin: origin, size: size, root: MerkleHash.leaf([1])))
  }

  @Test func theVerifierKeyOfTheSpecificationHasThisText() throws {
    let text = try #require(try Vectors.item("signed_note")["example_vkey"]?.string)
    let encoded = try #require(text.split(separator: "+", maxSplits: 2).last)
    let bytes = try #require(Base64.decode(String(encoded)))
    let key = try #require(PublicKey(bytes: Array(bytes.dropFirst())))
    #expect(NoteKey(name: "example.com/foo", kind: .log, key: key).verifierText == text)
  }

  @Test func aCheckpointIsThreeLines() throws {
    let text = try checkpoint(20_852_163).text
    #expect(text == "\(Self.origin)\n20852163\n\(Base64.encode(MerkleHash.leaf([1]).bytes))\n")
    #expect(Checkpoint(text: text)?.size == 20_852_163)
  }

  @Test(arguments: [
    "o\n05\nR\n", "o\n5\nR\nextension\n", "o\n5\nR", "o\n-1\nR\n", "o\n+5\nR\n", "\n5\nR\n", "o o\n5\nR\n",
    "o\n5\nR\n\n",
    "o\n5\nr\n", "o+k\n5\nR\n", "o\n9007199254740993\nR\n", "o\r\n5\nR\n", "",
  ]) func noOtherTextIsACheckpoint(text: String) {
    let root = Base64.encode(MerkleHash.leaf([1]).bytes)
    #expect(Checkpoint(text: text.replacing("R", with: root)) == nil)
  }

  @Test func aSignedCheckpointIsReadBackAndBelieved() throws {
    let key = try SecretKey.seeded(1)
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: key)
    let read = try UnverifiedNote(signed.note.description)
    #expect(try read.checkpoint(of: Self.origin, signedBy: [key.publicKey]) == signed)
  }

  @Test func aCheckpointOfAnotherLogIsNotThisOnes() throws {
    let key = try SecretKey.seeded(1)
    let other = try VerifiedCheckpoint(signing: checkpoint(origin: Self.witness), with: key)
    #expect(throws: NoteError.anotherOrigin(Self.witness, expected: Self.origin)) {
      try other.note.checkpoint(of: Self.origin, signedBy: [key.publicKey])
    }
  }

  @Test func aSignatureByAnotherKeyUnderTheLogsNameIsNone() throws {
    let (key, other) = (try SecretKey.seeded(1), try SecretKey.seeded(2))
    let forged = try VerifiedCheckpoint(signing: checkpoint(), with: other)
    #expect(throws: NoteError.unsigned(by: Self.origin)) {
      try forged.note.checkpoint(of: Self.origin, signedBy: [key.publicKey])
    }
  }

  @Test func everyFlippedBitOfTheTextBreaksTheSignature() throws {
    let key = try SecretKey.seeded(1)
    let note = try VerifiedCheckpoint(signing: checkpoint(), with: key).note
    for bit in 0..<note.text.utf8.count * 8 {
      var bytes = Array(note.text.utf8)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      let altered = UnverifiedNote(text: text, lines: note.lines)
      #expect(throws: NoteError.self) { try altered.checkpoint(of: Self.origin, signedBy: [key.publicKey]) }
    }
  }

  @Test func aCosignatureIsNoLogsSignatureAndTheOtherWayRound() throws {
    let key = try SecretKey.seeded(1)
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: key)
    let cosigned = try Cosignature(of: signed, by: Self.origin, with: key, time: 9)
    let onlyCosigned = UnverifiedNote(text: signed.note.text, lines: [cosigned.line])
    #expect(throws: NoteError.unsigned(by: Self.origin)) {
      try onlyCosigned.checkpoint(of: Self.origin, signedBy: [key.publicKey])
    }
    let asWitness = NoteKey(name: Self.origin, kind: .witness, key: key.publicKey)
    #expect(signed.cosignatures(by: [asWitness]).isEmpty)
  }

  @Test func aCosignatureSaysWhoAndWhenAndStandsOnlyUnderItsCheckpoint() throws {
    let (log, other) = (try SecretKey.seeded(1), try SecretKey.seeded(2))
    let key = NoteKey(name: Self.witness, kind: .witness, key: other.publicKey)
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: log)
    let cosignature = try Cosignature(of: signed, by: Self.witness, with: other, time: 1_679_315_147)
    let cosigned = signed.adding(cosignature.line).adding(cosignature.line)
    #expect(cosigned.note.lines.count == 2)
    #expect(cosigned.cosignatures(by: [key]) == [cosignature])
    let next = try VerifiedCheckpoint(signing: checkpoint(6), with: log).adding(cosignature.line)
    #expect(next.cosignatures(by: [key]).isEmpty)
  }

  @Test func aCosignatureByARemovedKeyIsNotCounted() throws {
    let (log, old, new) = (try SecretKey.seeded(1), try SecretKey.seeded(2), try SecretKey.seeded(3))
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: log)
    let cosigned = signed.adding(try Cosignature(of: signed, by: Self.witness, with: old, time: 1).line)
    let kept = NoteKey(name: Self.witness, kind: .witness, key: new.publicKey)
    #expect(cosigned.cosignatures(by: [kept]).isEmpty)
  }

  /// Computing with it would end the program of whoever looks for liars.
  @Test(arguments: [253_402_300_800, UInt64(Int64.max), .max]) func aCosignatureOfAfterTheLastYearIsNone(time: UInt64)
    throws
  {
    let (log, other) = (try SecretKey.seeded(1), try SecretKey.seeded(2))
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: log)
    let line = try Cosignature(of: signed, by: Self.witness, with: other, time: time).line
    let key = NoteKey(name: Self.witness, kind: .witness, key: other.publicKey)
    #expect(Cosignature(line, over: signed.checkpoint, by: key) == nil)
  }

  @Test func aChangedTimeBreaksACosignature() throws {
    let (log, other) = (try SecretKey.seeded(1), try SecretKey.seeded(2))
    let signed = try VerifiedCheckpoint(signing: checkpoint(), with: log)
    var bytes = try Cosignature(of: signed, by: Self.witness, with: other, time: 1).line.bytes
    bytes[NoteKey.idByteCount + 7] = 2
    let later = UnverifiedNote.Line(name: Self.witness, bytes: bytes)
    let key = NoteKey(name: Self.witness, kind: .witness, key: other.publicKey)
    #expect(Cosignature(later, over: signed.checkpoint, by: key) == nil)
  }

  @Test(arguments: [
    "", "\n", "a\n", "a\n\n", "a\n\n— x AAAAAAA=", "a\n\n- x AAAAAAA=\n", "a\n\n— x\n", "a\n\n— x  AAAAAAA=\n",
    "a\n\n— x+y AAAAAAA=\n", "a\n\n— x AAAA\n", "a\n\n— x ????\n", "a\n— x AAAAAAA=\n",
    "a\t\n\n— x AAAAAAA=\n", "a\n\n— x AAAAAAA=\n\n",
  ]) func noOtherTextIsANote(text: String) {
    #expect(throws: NoteError.self) { try UnverifiedNote(text) }
  }

  @Test func seventeenSignaturesAreTooMany() throws {
    let line = "— x AAAAAAA=\n"
    #expect(throws: Never.self) { try UnverifiedNote("a\n\n" + String(repeating: line, count: 16)) }
    #expect(throws: NoteError.self) { try UnverifiedNote("a\n\n" + String(repeating: line, count: 17)) }
    #expect(throws: NoteError.self) { try UnverifiedNote(String(repeating: "a", count: 1 << 20) + "\n\n" + line) }
  }
}

@Suite struct TlogProofTests {
  private static let origin = "0123456789abcdef/training-plane"

  private func proof(_ index: Int, _ key: SecretKey) throws -> TlogProof {
    let log = GrowingLog(count: 11)
    let checkpoint = try #require(Checkpoint(origin: Self.origin, size: 11, root: log.frontier.root))
    return TlogProof(
      try log.inclusionProof(of: index, size: 11), checkpoint: try VerifiedCheckpoint(signing: checkpoint, with: key))
  }

  @Test func aProofIsReadBackAndProvesItsEntryAlone() throws {
    let key = try SecretKey.seeded(1)
    let proof = try proof(6, key)
    let read = try TlogProof(proof.description)
    #expect(read == proof && read.description.hasPrefix("c2sp.org/tlog-proof@v1\nindex 6\n"))
    let checked = try read.checkpoint(of: Self.origin, signedBy: [key.publicKey], for: GrowingLog.entry(6))
    #expect(checked.checkpoint.size == 11)
    #expect(throws: ProofError.anotherEntry) {
      try read.checkpoint(of: Self.origin, signedBy: [key.publicKey], for: GrowingLog.entry(7))
    }
  }

  @Test func aProofFromAnotherLogIsRefused() throws {
    let key = try SecretKey.seeded(1)
    let proof = try proof(6, key)
    #expect(throws: NoteError.self) {
      try proof.checkpoint(of: "0123456789abcdef/serving-plane", signedBy: [key.publicKey], for: GrowingLog.entry(6))
    }
  }

  @Test func everyChangedCharacterBreaksTheProof() throws {
    let key = try SecretKey.seeded(1)
    let text = Array(try proof(6, key).description.utf8)
    for index in text.indices {
      var altered = text
      altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      guard let changed = String(validating: altered, as: UTF8.self) else { continue }
      #expect(throws: (any Error).self, "byte \(index)") {
        try TlogProof(changed).checkpoint(of: Self.origin, signedBy: [key.publicKey], for: GrowingLog.entry(6))
      }
    }
  }

  @Test func opaqueExtraDataIsSkipped() throws {
    let key = try SecretKey.seeded(1)
    let text = try proof(6, key).description.replacing("@v1\n", with: "@v1\nextra AAAA\n")
    #expect(try TlogProof(text) == proof(6, key))
    #expect(throws: NoteError.self) { try TlogProof(text.replacing("AAAA", with: "????")) }
  }
}
