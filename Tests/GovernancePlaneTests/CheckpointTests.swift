import Attestations
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import Daemon
@testable import GovernancePlane

/// What training and serving show governance of their logs, and what they say of its own.
@Suite struct CheckpointTests {
  let governance: Governance
  let training: PretendLog
  var house: TestHouse { governance.house }
  var plane: TestPlane { governance.plane }

  init() async throws {
    governance = try await Governance()
    training = try PretendLog(of: .training, in: governance.house, count: 20)
    try await governance.show(training.head(8), [], from: 0)
  }

  private func fork(_ count: Int, from entry: Int) throws -> PretendLog {
    try PretendLog(of: .training, in: house, count: count, differingFrom: entry)
  }

  // Refused.

  @Test func aForkedAShrunkenAndARewrittenLogAreEvidenceAndStayDisputedAfterARestart() async throws {
    for (shown, proof, word) in [
      (try fork(8, from: 7).head(8), [], "fork"), (try training.head(5), [], "shrink"),
      (
        try fork(20, from: 3).head(15), try fork(20, from: 3).consistencyProof(from: 8, to: 15).hashes, "changed_past"
      ),
    ] as [(VerifiedCheckpoint, [Digest], String)] {
      let governance = try await Governance(in: house)
      try await governance.show(training.head(8), [], from: 0)
      let refusal = try await refusal { try await governance.show(shown, proof, from: 8) }
      #expect(refusal?.code == .conflict, "\(word): \(refusal?.message ?? "not refused")")
      let told = try await governance.plane.evidence(.logDisputed)
      #expect(told.count == 1 && told.first?["dispute"] == .string(word))
      #expect(governance.plane.log.lines.contains { $0.contains("contradicts") })
      try governance.plane.context.database.close()
      let again = try await Governance(in: house, directory: governance.plane.directory)
      let truth = try await TestSupport.refusal {
        try await again.show(training.head(15), training.consistencyProof(from: 8, to: 15).hashes, from: 8)
      }
      #expect(truth?.code == .conflict, "what is true now ends no dispute")
      #expect(try await again.plane.evidence(.logDisputed).count == 1)
    }
  }

  @Test func aCheckpointOfAnotherOriginOrARemovedKeyIsNotTaken() async throws {
    let serving = try PretendLog(of: .serving, in: house, count: 9, signedBy: house.key("training-plane"))
    let stranger = try PretendLog(of: .training, in: house, count: 9, signedBy: SecretKey.generate())
    for shown in [try serving.head(9), try stranger.head(9)] {
      #expect(try await refusal { try await governance.show(shown, [], from: 8) }?.code == .policyFailed)
    }
    let key = try SecretKey.generate()
    let next = try house.next(newKeys: ["training-plane": key]) { $0.replaceKey(of: "training-plane", with: key) }
    try await plane.accept(next)
    let refused = try await refusal {
      try await governance.show(training.head(9), training.consistencyProof(from: 8, to: 9).hashes, from: 8, by: key)
    }
    #expect(refused?.code == .policyFailed)
    #expect(try await plane.evidence(.logDisputed).isEmpty)
  }

  @Test func aProofOf64HashesIsNotReadAndAfterMinutesTheStatusWarns() async throws {
    let long = Array(repeating: Digest(hashing: []), count: 64)
    #expect(try await refusal { try await governance.show(training.head(15), long, from: 8) }?.code == .invalidRequest)
    #expect(try await plane.evidence(.logDisputed).isEmpty)
    let standing = plane.context.witnessing
    #expect(standing.warning(at: plane.clock.now()) == nil)
    plane.clock.step(seconds: 300)
    _ = try await refusal { try await governance.show(training.head(15), long, from: 8) }
    #expect(
      standing.warning(at: plane.clock.now())?.contains("the log of training-plane could not be witnessed") == true)
    try await governance.show(training.head(15), training.consistencyProof(from: 8, to: 15).hashes, from: 8)
    #expect(standing.warning(at: plane.clock.now()) == nil)
  }

  @Test(arguments: ["too long", "too short", "another log's", "none"])
  func aMalformedProofUnderAFreshLargerHeadIsAChangedPast(_ fault: String) async throws {
    let right = try training.consistencyProof(from: 8, to: 15).hashes
    let other = try PretendLog(of: .serving, in: house, count: 20, differingFrom: 0)
    let hashes: [Digest] =
      switch fault {
      case "too long": right + [Digest(hashing: [])]
      case "too short": Array(right.dropLast())
      case "none": []
      default: try other.consistencyProof(from: 8, to: 15).hashes
      }
    #expect(try await refusal { try await governance.show(training.head(15), hashes, from: 8) }?.code == .conflict)
    #expect(try await plane.evidence(.logDisputed).first?["dispute"] == "changed_past")
    #expect(plane.log.lines.contains { $0.contains("contradicts") })
  }

  @Test func anUnknownOldSizeIsAnsweredWithTheOneThatIsHeld() async throws {
    for size in [0, 3, 11] {
      let hashes = try training.consistencyProof(from: size, to: 15).hashes
      let receipt = try await governance.show(training.head(15), hashes, from: size)
      #expect(receipt.cosignature == nil && receipt.size == 8)
    }
  }

  // Late.

  @Test func anEarlierHeadThatArrivesLateIsNoShrinkAndIsNotCosignedAgain() async throws {
    try await governance.show(training.head(12), training.consistencyProof(from: 8, to: 12).hashes, from: 8)
    let late = try await governance.show(training.head(8), [], from: 8)
    #expect(late.cosignature == nil && late.size == 12)
    #expect(try await plane.evidence(.logDisputed).isEmpty)
    try await governance.show(training.head(15), training.consistencyProof(from: 12, to: 15).hashes, from: 12)
  }

  /// The carrier of the socket keeps a message back until the plane, which has connected again, has shown more.
  @Test func aGenuineHeadThatWasHeldUpAndNeverCosignedIsNoShrink() async throws {
    try await governance.show(training.head(12), training.consistencyProof(from: 8, to: 12).hashes, from: 8)
    let heldUp = try await governance.show(
      training.head(10), training.consistencyProof(from: 8, to: 10).hashes, from: 8)
    #expect(heldUp.cosignature == nil && heldUp.size == 12)
    #expect(try await plane.evidence(.logDisputed).isEmpty)
    try await governance.show(training.head(15), training.consistencyProof(from: 12, to: 15).hashes, from: 12)
    try await governance.publish()
  }

  @Test func aSmallerHeadFromTheSizeThatIsHeldIsAShrink() async throws {
    for shown in [try training.head(10), try fork(8, from: 7).head(8)] {
      let governance = try await Governance(in: house)
      try await governance.show(training.head(8), [], from: 0)
      try await governance.show(training.head(12), training.consistencyProof(from: 8, to: 12).hashes, from: 8)
      // Held up, or so it says: it is told what is held, and a plane that has no more says so then.
      #expect(try await governance.show(shown, [], from: 8).size == 12)
      #expect(try await refusal { try await governance.show(shown, [], from: 12) }?.code == .conflict)
      #expect(try await governance.plane.evidence(.logDisputed).first?["dispute"] == "shrink")
    }
  }

  // Quarantine.

  @Test func whileTrainingsLogIsDisputedItsOutputsWaitAndRevocationsDoNot() async throws {
    let output = try await governance.publish()
    _ = try await refusal { try await governance.show(training.head(5), [], from: 8) }
    let late = TestHouse.result(model: "rose", weights: "rose", run: "run-2")
    let refusal = try await refusal { try await governance.publish(late) }
    #expect(refusal?.code == .unavailable && refusal?.message.contains("reset-log training-plane") == true)
    // What was received before is decided on, and what is wrong is ended.
    let approval = TestHouse.approval(of: output)
    try await governance.propose(approval)
    #expect(try await !governance.revoke(house.revocation()).isEmpty)
    let serving = try PretendLog(of: .serving, in: house, count: 4)
    try await governance.show(serving.head(4), [], from: 0, as: "serving-plane", on: .observe)
  }

  // Its own log.

  @Test func aHeadOfItsOwnThatItDoesNotHaveTellsAnOlderDatabase() async throws {
    try await governance.publish()
    let seen = try PretendLog(of: .governance, in: house, count: 157, differingFrom: 3)
    let head = try seen.head(157, cosignedBy: .training, in: house)
    try await governance.show(training.head(8), [], from: 8, cosigned: head)
    let told = try #require(try await plane.evidence(.logDisputed).first)
    #expect(told["dispute"] == "shrink" && told["missing"] == 157, "the process began with an empty database")
    let approval = TestHouse.approval(of: try house.trainingOutput(at: plane.clock.now()))
    #expect(try await refusal { try await governance.propose(approval) }?.code == .unavailable)
    #expect(try await refusal { try await governance.publish() }?.code == .unavailable)
    #expect(try await governance.revoke(house.revocation()).isEmpty, "nothing was approved yet")
    #expect(try await plane.evidence(.modelApprovalRevoked).count == 1)
  }

  /// When it was seen is the witness's own word: whoever has its key could end the root keys' word by a new date.
  @Test func aHeadThatAResetHasOverruledIsNoDisputeAgainWhateverDateAThiefPutsOnIt() async throws {
    try await governance.publish()
    let lost = try PretendLog(of: .governance, in: house, count: 157, differingFrom: 3)
    let seen = { (seconds: Int) in
      try lost.head(157, cosignedBy: .training, in: house, time: plane.clock.now().adding(seconds: seconds))
    }
    try await governance.show(training.head(8), [], from: 8, cosigned: seen(0))
    #expect(try await plane.evidence(.logDisputed).count == 1)
    try await resetOwnLog()
    plane.clock.step(seconds: 60)
    try await governance.show(training.head(8), [], from: 8, cosigned: seen(0))
    #expect(try await plane.evidence(.logDisputed).count == 1)
    try await governance.publish(TestHouse.result(model: "rose", weights: "rose", run: "run-2"))
  }

  @Test func aHeadThatIsSaidToHaveBeenSeenInTimeToComeTellsNothing() async throws {
    try await governance.publish()
    let seen = try PretendLog(of: .governance, in: house, count: 157, differingFrom: 3)
    for (seconds, isTold) in [(31, false), (30, true)] {
      let time = plane.clock.now().adding(seconds: seconds)
      let head = try seen.head(157, cosignedBy: .training, in: house, time: time)
      try await governance.show(training.head(8), [], from: 8, cosigned: head)
      #expect(try await plane.evidence(.logDisputed).isEmpty != isTold)
    }
  }

  private func resetOwnLog() async throws {
    let context = plane.context
    let own = try #require(try context.database.readNow { try context.ledger.checkpoint(in: $0) }).checkpoint
    let reset = try house.root.verified(reset: house.reset(own, at: plane.clock.now()))
    let isTaken = try await context.commit { database in
      try LogResets().take(reset, of: context.origin(of: .governance), at: context.clock.now(), in: database)
    }
    #expect(isTaken)
  }

  @Test func aHeadThatNobodyCosignedOrThatItNeverSignedTellsNothing() async throws {
    let seen = try PretendLog(of: .governance, in: house, count: 157, differingFrom: 3)
    try await governance.show(training.head(8), [], from: 8, cosigned: seen.head(157))
    let stranger = try SecretKey.generate()
    let bystander = try seen.head(157, cosignedBy: .training, in: house, with: stranger)
    try await governance.show(training.head(8), [], from: 8, cosigned: bystander)
    let forged = try PretendLog(of: .governance, in: house, count: 157, signedBy: house.key("training-plane"))
    let refusal = try await refusal {
      try await governance.show(
        training.head(8), [], from: 8, cosigned: forged.head(157, cosignedBy: .training, in: house))
    }
    #expect(refusal?.code == .policyFailed)
    #expect(try await plane.evidence(.logDisputed).isEmpty)
  }

  @Test func aCosignatureOverItsHeadIsKept() async throws {
    try await governance.publish()
    let context = plane.context
    let head = try #require(try context.database.readNow { try context.ledger.checkpoint(in: $0) })
    let name = try PretendLog(of: .training, in: house, count: 0).origin.description
    let cosignature = try Cosignature(of: head, by: name, with: house.key("training-plane"), time: 1_795_348_800)
    try await governance.show(training.head(8), [], from: 8, cosigned: head.cosigned(cosignature))
    let kept = try context.database.readNow { try context.ledger.cosigned(in: $0) }
    #expect(kept?.checkpoint == head.checkpoint && kept?.note.lines.contains(cosignature.line) == true)
  }

  // Leases.

  @Test func aDamagedRowOfTrainingsHeadStopsNoLeaseAndIsCritical() async throws {
    try await plane.tamper("UPDATE witnessed_log SET head = 'nonsense'")
    let standing = try LeasedLogs(context: plane.context).standing()
    #expect(standing.training == nil)
    #expect(plane.context.evidence.fault?.contains("table witnessed_log") == true)
    _ = try LeasedLogs(context: plane.context).standing()
    #expect(
      plane.log.lines.count { $0.contains("table witnessed_log") } == 1, "once, though it is met with every lease")
    let lease = try LeaseIssuer(context: plane.context).issue(
      over: RevocationChain(), asOf: plane.clock.now(), training: standing.training)
    #expect(try HeldLease(verifying: lease, root: house.root).predicate.ledgerCheckpoint == nil)
    #expect(try await refusal { try await governance.publish() }?.code == .unavailable, "what adds permission waits")
  }

  /// Serving may have been told already from where to believe it: the head that was given up would be cosigned there, or be a fork.
  @Test func aHeadOfALogInDisputeIsCarriedByNoLease() async throws {
    #expect(try LeasedLogs(context: plane.context).standing().training != nil)
    _ = try await refusal { try await governance.show(fork(8, from: 7).head(8), [], from: 8) }
    #expect(try LeasedLogs(context: plane.context).standing().training == nil)
  }

  @Test func aDamagedRowOfServingsHeadLeavesTrainingsInTheLease() async throws {
    let serving = try PretendLog(of: .serving, in: house, count: 9)
    try await governance.show(serving.head(6), [], from: 0, as: "serving-plane", on: .observe)
    try await plane.tamper("UPDATE witnessed_log SET head = 'nonsense' WHERE origin LIKE '%serving-plane'")
    #expect(try LeasedLogs(context: plane.context).standing().training != nil)
    #expect(plane.context.evidence.fault != nil)
  }

  @Test func aLeaseCarriesTrainingsHeadWithBothSignatures() async throws {
    let logs = LeasedLogs(context: plane.context)
    let carried = try #require(try logs.standing().training)
    #expect(try carried.checkpoint == training.checkpoint(8) && carried.note.lines.count == 2)
    #expect(plane.context.log(of: .governance).cosignature(under: carried) != nil)
  }

  @Test func aServingPlaneThatAnswersWithAnOlderHeadThanItShowedIsDisputed() async throws {
    let serving = try PretendLog(of: .serving, in: house, count: 9)
    try await governance.show(serving.head(6), [], from: 0, as: "serving-plane", on: .observe)
    let logs = LeasedLogs(context: plane.context)
    let standing = try logs.standing()
    for size in [6, 9] { try await logs.compare(receipt(serving.head(size)), with: standing) }
    #expect(try await plane.evidence(.logDisputed).isEmpty)
    try await logs.compare(receipt(serving.head(4)), with: standing)
    #expect(try await plane.evidence(.logDisputed).first?["dispute"] == "shrink")
    // It sends no approvals; what training sends goes on.
    try await governance.publish()
  }

  private func receipt(_ head: VerifiedCheckpoint) -> LeaseReceipt {
    LeaseReceipt(revocations: RevocationChain(), approvalCount: 0, checkpoint: head.note)
  }

  @Test func servingsCosignatureUnderTrainingsHeadIsKeptAndAForgedOneIsNot() async throws {
    let logs = LeasedLogs(context: plane.context)
    let standing = try logs.standing()
    let carried = try #require(standing.training)
    let forged = try training.head(8, cosignedBy: .serving, in: house, with: house.key("training-plane"))
    let genuine = try training.head(8, cosignedBy: .serving, in: house)
    for (head, isKept) in [(forged, false), (genuine, true)] {
      let answer = LeaseReceipt(
        revocations: RevocationChain(), approvalCount: 0, cosignature: head.note.lines.last)
      let refusal = try await refusal { try await logs.compare(answer, with: standing) }
      #expect((refusal == nil) == isKept)
    }
    let kept = try #require(try logs.standing().training)
    #expect(kept.checkpoint == carried.checkpoint && plane.context.log(of: .serving).cosignature(under: kept) != nil)
  }
}

extension Governance {
  /// A plane shows a head of its log with the hashes of a proof from `size`.
  @discardableResult
  func show(
    _ head: VerifiedCheckpoint, _ hashes: [Digest], from size: Int, as sender: String = "training-plane",
    on socket: SocketName = .ingest, by key: SecretKey? = nil, cosigned: VerifiedCheckpoint? = nil
  ) async throws -> CheckpointReceipt {
    let proof = ConsistencyProof(oldSize: size, newSize: head.checkpoint.size, hashes: hashes)
    let body = CheckpointPublication(checkpoint: head.note, consistency: proof, cosigned: cosigned?.note)
    return try CheckpointReceipt(
      await plane.send(.checkpointPublish, body, as: sender, on: socket, signedBy: key))
  }
}
