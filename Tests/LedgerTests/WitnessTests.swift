import Attestations
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing
import Wire

/// What a witness signs for, and what it holds against a log for ever.
@Suite struct WitnessTests {
  let scratch: ScratchMemory
  let log: PretendLog

  init() async throws {
    scratch = try ScratchMemory()
    log = try PretendLog(of: .training, in: scratch.house, count: 20)
    _ = try await scratch.see(log.head(8), ConsistencyProof(oldSize: 0, newSize: 8, hashes: []))
  }

  /// The dispute that it ends in, which is then on record with both heads.
  private func disputed(_ outcome: Witness.Outcome, _ shown: VerifiedCheckpoint) async throws -> LogDispute.Kind? {
    guard case .disputed(let dispute, isNews: true) = outcome else { return nil }
    let kept = try #require(try await scratch.dispute())
    #expect(kept == dispute && kept.shown.note == shown.note)
    let head = try scratch.training.remembered(try #require(kept.held.note))
    #expect(try head.checkpoint == log.checkpoint(8), "what was believed stays the proof")
    return dispute.kind
  }

  // Refused.

  @Test func aForkAtTheSameSizeIsADispute() async throws {
    let fork = try PretendLog(of: .training, in: scratch.house, count: 8, differingFrom: 7)
    let outcome = try await scratch.see(fork.head(8), ConsistencyProof(oldSize: 8, newSize: 8, hashes: []))
    #expect(try await disputed(outcome, fork.head(8)) == .fork)
  }

  @Test func aShrunkenLogThatComesFromTheSizeThatIsHeldIsADispute() async throws {
    let outcome = try await scratch.see(log.head(5), ConsistencyProof(oldSize: 8, newSize: 5, hashes: []))
    #expect(try await disputed(outcome, log.head(5)) == .shrink)
    #expect(try await scratch.dispute()?.missing == 3)
  }

  @Test(arguments: [0, 5, 7, 9]) func aSmallerHeadFromAnotherSizeWasHeldUpAndIsNeitherSignedForNorHeldAgainstTheLog(
    _ oldSize: Int
  ) async throws {
    let outcome = try await scratch.see(log.head(5), ConsistencyProof(oldSize: oldSize, newSize: 5, hashes: []))
    guard case .notFrom(8) = outcome else { throw Absent("the size to prove from") }
    #expect(try await scratch.dispute() == nil)
    #expect(try await scratch.head()?.checkpoint == log.checkpoint(8))
  }

  @Test func anOlderHeadInAFreshAnswerIsAShrinkThoughItIsGenuine() async throws {
    _ = try await scratch.see(log.head(12), log.consistencyProof(from: 8, to: 12))
    let outcome = try await scratch.see(log.head(8), ConsistencyProof(oldSize: 12, newSize: 8, hashes: []))
    guard case .disputed(let dispute, isNews: true) = outcome else { throw Absent("dispute") }
    #expect(dispute.kind == .shrink)
  }

  @Test func aChangedPastWithMoreEntriesIsADispute() async throws {
    let other = try PretendLog(of: .training, in: scratch.house, count: 20, differingFrom: 3)
    let outcome = try await scratch.see(other.head(15), other.consistencyProof(from: 8, to: 15))
    #expect(try await disputed(outcome, other.head(15)) == .changedPast)
  }

  @Test func aProofOfAnotherLogProvesNothingOfThisOne() async throws {
    let other = try PretendLog(of: .serving, in: scratch.house, count: 20, differingFrom: 0)
    let outcome = try await scratch.see(log.head(15), other.consistencyProof(from: 8, to: 15))
    #expect(try await disputed(outcome, log.head(15)) == .changedPast)
  }

  @Test func aCheckpointOfAnotherOriginIsNotSeen() throws {
    let serving = try PretendLog(of: .serving, in: scratch.house, count: 9)
    #expect(throws: NoteError.self) { try scratch.training.shown(serving.head(9).note) }
    // Even when training's own key has signed it.
    let lent = try PretendLog(
      of: .serving, in: scratch.house, count: 9, signedBy: scratch.house.key("training-plane"))
    #expect(throws: NoteError.self) { try scratch.training.shown(lent.head(9).note) }
    let elsewhere = try PretendLog(of: .training, in: TestHouse(), count: 9)
    #expect(throws: NoteError.self) { try scratch.training.shown(elsewhere.head(9).note) }
  }

  @Test func aCheckpointThatARemovedKeySignsNowIsRefusedAndWhatItSignedBeforeIsRemembered() async throws {
    let new = try SecretKey.generate()
    let next = try scratch.house.next(newKeys: ["training-plane": new]) {
      $0.replaceKey(of: "training-plane", with: new)
    }
    let training = scratch.log(of: .training, in: next)
    #expect(throws: NoteError.unsigned(by: log.origin.description)) { try training.shown(log.head(12).note) }
    let renewed = try PretendLog(of: .training, in: next, count: 12)
    let outcome = try await scratch.see(renewed.head(12), log.consistencyProof(from: 8, to: 12), of: training)
    guard case .cosigned = outcome else { throw Absent("cosignature") }
  }

  @Test func aCosignatureByARemovedKeyCountsNowhere() throws {
    let new = try SecretKey.generate()
    let next = try scratch.house.next(newKeys: ["governance-plane": new]) {
      $0.replaceKey(of: "governance-plane", with: new)
    }
    let old = try log.head(8, cosignedBy: .governance, in: scratch.house)
    #expect(scratch.log(of: .governance, in: scratch.house).cosignature(under: old) != nil)
    #expect(scratch.log(of: .governance, in: next).cosignature(under: old) == nil)
    let line = try #require(old.note.lines.last)
    #expect(scratch.log(of: .governance, in: next).cosignature(line, over: old.checkpoint) == nil)
    let renewed = try log.head(8, cosignedBy: .governance, in: next)
    #expect(scratch.log(of: .governance, in: next).cosignature(under: renewed) != nil)
  }

  @Test(arguments: [-4, -1, 1, 63, 64]) func aProofWithTooManyHashesOrTooFewIsAChangedPast(_ surplus: Int) async throws
  {
    let proof = try log.consistencyProof(from: 8, to: 15)
    let hashes = proof.hashes.dropLast(max(0, -surplus)) + Array(repeating: Digest(hashing: []), count: max(0, surplus))
    let outcome = try await scratch.see(
      log.head(15), ConsistencyProof(oldSize: 8, newSize: 15, hashes: Array(hashes)))
    #expect(try await disputed(outcome, log.head(15)) == .changedPast)
    #expect(try await scratch.head()?.checkpoint == log.checkpoint(8))
  }

  @Test func aFirstHeadWithAProofIsRefusedAndNothingIsRemembered() async throws {
    let fresh = try ScratchMemory()
    let first = try PretendLog(of: .training, in: fresh.house, count: 5).head(5)
    let proof = ConsistencyProof(oldSize: 0, newSize: 5, hashes: [Digest(hashing: [])])
    await #expect(throws: ProofError.self) { try await fresh.see(first, proof) }
    #expect(try await fresh.head() == nil)
    #expect(try await fresh.dispute() == nil)
  }

  @Test(arguments: [0, 3, 9]) func aProofFromAnotherSizeIsAskedAgainAndSetsNothing(_ oldSize: Int) async throws {
    let outcome = try await scratch.see(log.head(15), log.consistencyProof(from: oldSize, to: 15))
    guard case .notFrom(let held) = outcome else { throw Absent("the size to prove from") }
    #expect(held == 8)
    #expect(try await scratch.head()?.checkpoint == log.checkpoint(8))
  }

  @Test func inADisputeNothingIsSignedAnyMoreNotEvenWhatIsTrue() async throws {
    let fork = try PretendLog(of: .training, in: scratch.house, count: 8, differingFrom: 7)
    _ = try await scratch.see(fork.head(8), ConsistencyProof(oldSize: 8, newSize: 8, hashes: []))
    let outcome = try await scratch.see(log.head(15), log.consistencyProof(from: 8, to: 15))
    guard case .disputed(let dispute, isNews: false) = outcome else { throw Absent("dispute") }
    #expect(dispute.kind == .fork, "the first stays")
  }

  @Test func aHeadThatSomebodyWroteIntoTheTableIsNoticed() async throws {
    let forged = try PretendLog(
      of: .training, in: scratch.house, count: 9, signedBy: scratch.house.key("serving-plane"))
    let note = try forged.head(9).note.description
    try await scratch.database.commit { try $0.execute(sql: "UPDATE witnessed_log SET head = ?", arguments: [note]) }
    await #expect(throws: StorageError.self) {
      try await scratch.see(log.head(15), log.consistencyProof(from: 8, to: 15))
    }
  }

  @Test func aBareHeadThatNoResetHasSetIsNoticed() async throws {
    let forged = try PretendLog(of: .training, in: scratch.house, count: 20, differingFrom: 2)
    let bare = try forged.checkpoint(9).text
    try await scratch.database.commit { try $0.execute(sql: "UPDATE witnessed_log SET head = ?", arguments: [bare]) }
    await #expect(throws: StorageError.self) {
      try await scratch.see(forged.head(15), forged.consistencyProof(from: 9, to: 15))
    }
    // Nor one that a reset of another head has set.
    #expect(try await scratch.take(scratch.house.reset(log.checkpoint(8))))
    try await scratch.database.commit { try $0.execute(sql: "UPDATE witnessed_log SET head = ?", arguments: [bare]) }
    await #expect(throws: StorageError.self) { try await scratch.head() }
  }

  // Seen.

  @Test func whatFollowsIsRememberedAndCosigned() async throws {
    let outcome = try await scratch.see(log.head(15), log.consistencyProof(from: 8, to: 15))
    guard case .cosigned(let cosignature) = outcome else { throw Absent("cosignature") }
    let governance = scratch.log(of: .governance, in: scratch.house)
    #expect(try governance.cosignature(cosignature.line, over: log.checkpoint(15)) == cosignature)
    let kept = try #require(try await scratch.head()?.note)
    #expect(governance.cosignature(under: try scratch.training.remembered(kept)) == cosignature)
    // The same once more changes nothing but the time of the cosignature.
    let again = try await scratch.see(log.head(15), ConsistencyProof(oldSize: 15, newSize: 15, hashes: []))
    guard case .cosigned = again else { throw Absent("cosignature") }
    #expect(try await scratch.head()?.note?.lines.count == 2)
  }

  @Test func linesThatNobodyCheckedAreNotKept() throws {
    var head = try log.head(8)
    for number in 0..<15 { head = head.adding(UnverifiedNote.Line(name: "x\(number)", bytes: [1, 2, 3, 4, 5])) }
    #expect(try scratch.training.shown(head.note).note.lines.count == 1)
  }

  // Another witness's word.

  @Test func aLogThatIsFollowedNeverShrinksAndForksOnlyAtOneSize() async throws {
    #expect(try await scratch.follow(log.head(12)) == "cosigned")
    #expect(try await scratch.follow(log.head(8)) == "behind 12")
    let fork = try PretendLog(of: .training, in: scratch.house, count: 20, differingFrom: 2)
    #expect(try await scratch.follow(fork.head(12)) == "disputed fork true")
    #expect(try await scratch.follow(fork.head(12)) == "disputed fork false")
    #expect(try await scratch.follow(log.head(15)) == "unsettled")
    #expect(try await scratch.head()?.checkpoint == log.checkpoint(12))
  }
}
