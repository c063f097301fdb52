import Attestations
import Daemon
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// The head of training's log in governance's leases: what serving takes it for, and what waits while a log is in dispute.
@Suite struct CarriedLogTests {
  let serving: ServingHouse
  let training: PretendLog
  var house: TestHouse { serving.house }

  init() async throws {
    serving = try await ServingHouse(house: TestHouse(leaseSeconds: 300))
    training = try PretendLog(of: .training, in: serving.house, count: 20)
    try await serving.publish()
  }

  /// A lease of one second later that carries such a head with governance's cosignature.
  @discardableResult
  private func lease(_ size: Int, of log: PretendLog? = nil) async throws -> LeaseReceipt {
    try await lease((log ?? training).head(size, cosignedBy: .governance, in: house))
  }

  @discardableResult
  private func lease(_ carried: VerifiedCheckpoint?) async throws -> LeaseReceipt {
    serving.plane.clock.step(seconds: 1)
    return try await serving.lease(house.lease(at: serving.plane.clock.now(), carrying: carried))
  }

  private var fork: PretendLog {
    get throws { try PretendLog(of: .training, in: house, count: 20, differingFrom: 2) }
  }

  // Refused.

  @Test func aHeadThatGovernanceDidNotCosignIsNotTaken() async throws {
    let stranger = try SecretKey.generate()
    let carried = [
      try training.head(8), try training.head(8, cosignedBy: .serving, in: house),
      try training.head(8, cosignedBy: .governance, in: house, with: stranger),
      try PretendLog(of: .training, in: house, count: 8, signedBy: stranger)
        .head(8, cosignedBy: .governance, in: house),
      try PretendLog(of: .serving, in: house, count: 8).head(8, cosignedBy: .governance, in: house),
    ]
    for head in carried {
      let refusal = try await refusal { try await lease(head) }
      #expect(refusal?.code == .policyFailed && refusal?.message.contains("ledger_checkpoint") == true)
    }
    #expect(try await serving.deniedGates { try await serving.deploy(weights: serving.weights()) } != nil)
  }

  @Test func aCosignatureByARemovedKeyOfGovernanceCountsNot() async throws {
    let key = try SecretKey.generate()
    let next = try house.next(newKeys: ["governance-plane": key]) { $0.replaceKey(of: "governance-plane", with: key) }
    let old = try training.head(8, cosignedBy: .governance, in: house)
    let verified = { (head: VerifiedCheckpoint, house: TestHouse) in
      let lease = try HeldLease(verifying: house.lease(root: house.root, carrying: head), root: house.root)
      return try CarriedLog(context: serving.plane.context).verified(lease, under: house.root)
    }
    #expect(try verified(old, house) != nil)
    #expect(throws: Refusal.self) { try verified(old, next) }
    #expect(try verified(training.head(8, cosignedBy: .governance, in: next), next) != nil)
  }

  /// Governance was restored while training is away, or says that it was: the lease is good, and what it shows of the log is not.
  @Test func anOlderHeadOfTrainingsLogIsNotCosignedAndAlarmsOnceAndKeepsNoLeaseBack() async throws {
    let alarms = { serving.plane.log.lines.filter { $0.contains("an older log is shown than was seen") }.count }
    #expect(try await lease(8).cosignature != nil)
    for size in [5, 7] { #expect(try await lease(size).cosignature == nil, "what was seen stays seen") }
    #expect(try await lease(nil).cosignature == nil)
    #expect(alarms() == 1)
    #expect(try serving.serving.health().0.contains("training's log of 7 entries, and one of 8 was seen"))
    #expect(try await serving.plane.evidence(.logDisputed).isEmpty, "it is governance that lost something")
    try await serving.deploy(weights: serving.weights())
    // It caught up, and fell behind once more.
    for size in [8, 12] { #expect(try await lease(size).cosignature != nil) }
    #expect(try serving.serving.health().0 == "ok")
    try await lease(9)
    #expect(alarms() == 2)
  }

  @Test func aLeaseThatCarriesAnOlderHeadStillNamesEveryRevocationOrIsNotTaken() async throws {
    try await lease(8)
    try await serving.passedBack(house.revocation(at: serving.plane.clock.now()))
    let receipt = try await lease(5)
    #expect(receipt.revocationCount == 1)
    let held = try await serving.plane.context.database.read { try LeaseStore().lease(in: $0)?.lease }
    #expect(held?.ledgerCheckpoint?.text.contains("\n8\n") == true, "the one that was taken last")
  }

  @Test func twoHeadsOfOneSizeAreTheProofOfAForkAndApprovalsWait() async throws {
    try await lease(8)
    try await serving.deploy(weights: serving.weights())
    #expect(try await lease(8, of: fork).cosignature == nil)
    #expect(try await serving.plane.evidence(.logDisputed).first?["dispute"] == "fork")
    let dispute = try await serving.plane.context.database.read { [context = serving.plane.context] in
      try WitnessMemory().dispute(of: context.origin(of: .training), in: $0)
    }
    let proof = try #require(dispute)
    for head in [proof.held, proof.shown] {
      _ = try serving.plane.context.log(of: .training).remembered(try #require(head.note))
    }
    try await expectQuarantine(serving)
    // It survives a restart.
    try await expectQuarantine(serving.restarted())
  }

  /// Nothing new is approved; what runs goes on, leases are taken, and revoking and undeploying work.
  private func expectQuarantine(_ serving: ServingHouse) async throws {
    let rose = TestHouse.result(model: "rose", weights: "rose", run: "run-2")
    let refusal = try await refusal { try await serving.publish(rose, id: "approval:0000000000000002") }
    #expect(refusal?.code == .unavailable && refusal?.message.contains("reset-log training-plane") == true)
    #expect(try await serving.authorize().passed)
    serving.plane.clock.step(seconds: 1)
    let carried = try training.head(12, cosignedBy: .governance, in: house)
    let receipt = try await serving.lease(house.lease(at: serving.plane.clock.now(), carrying: carried))
    #expect(receipt.cosignature == nil, "nothing more is signed for")
    let lily = TestHouse.result(model: "lily", weights: "lily", run: "run-3")
    try await serving.passedBack(house.revocation(of: lily, at: serving.plane.clock.now()))
  }

  @Test func revokingAndUndeployingGoOnWhileALogIsInDispute() async throws {
    try await lease(8)
    try await serving.deploy(weights: serving.weights())
    try await lease(8, of: fork)
    try await serving.undeploy()
    #expect(serving.served() == nil)
    // What was approved before may still run.
    try await serving.deploy()
    #expect(try await !serving.revoke(house.revocation(at: serving.plane.clock.now())).isEmpty)
    #expect(serving.served() == nil)
  }

  /// Governance hands on what training showed it: a lease says above all which revocations there are, and waits for no log.
  @Test func aForkThatLeasesCarryKeepsNoLeaseBackAndIsOnRecordOnce() async throws {
    try await lease(8)
    for _ in 0..<4 {
      serving.plane.clock.step(seconds: 100)
      #expect(try await lease(8, of: fork).cosignature == nil)
    }
    #expect(try await serving.plane.evidence(.logDisputed).count == 1)
    #expect(serving.plane.log.lines.count { $0.contains("a log contradicts") } == 1)
    try await serving.deploy(weights: serving.weights())
    // A plane that forgot a revocation is told so, which it takes a lease to find out.
    try await serving.passedBack(house.revocation(at: serving.plane.clock.now()))
    #expect(try await lease(8, of: fork).revocationCount == 1)
  }

  @Test func aForkInALeaseThatIsRefusedIsOnRecordAllTheSame() async throws {
    try await lease(8)
    let carried = try fork.head(8, cosignedBy: .governance, in: house)
    let old = try house.lease(carrying: carried)
    #expect(try await refusal { try await serving.lease(old) }?.code == .conflict)
    #expect(try await serving.plane.evidence(.logDisputed).count == 1)
  }

  @Test(arguments: [
    "UPDATE witnessed_log SET head = 'nonsense'",
    "INSERT INTO log_dispute SELECT origin, 'nonsense', head, head, NULL, 0 FROM witnessed_log",
    "UPDATE evidence_checkpoint SET note = 'nonsense'",
  ]) func aRowOfALogThatSomebodyDamagedKeepsNoLeaseAndNoRevocationBack(_ damage: String) async throws {
    try await lease(8)
    try await serving.plane.tamper(damage)
    serving.plane.clock.step(seconds: 250)
    _ = try await lease(12)
    #expect(serving.plane.context.evidence.fault != nil)
    try await serving.passedBack(house.revocation(at: serving.plane.clock.now()))
    #expect(try await lease(15).revocationCount == 1)
    let held = try await serving.plane.context.database.read { try LeaseStore().lease(in: $0)?.lease }
    #expect(
      held?.ledgerCheckpoint?.text.contains("\n12\n") == true, "the one before named no revocation, and was taken")
  }

  // Taken.

  @Test func theAnswerCarriesServingsOwnHeadAndItsCosignature() async throws {
    let receipt = try await lease(8)
    let (context, line) = (serving.plane.context, try #require(receipt.cosignature))
    #expect(try context.log(of: .serving).cosignature(line, over: training.checkpoint(8)) != nil)
    let own = try context.log(of: .serving).shown(try #require(receipt.checkpoint))
    let size = try context.database.readNow { try context.ledger.count(in: $0) }
    #expect((1...size).contains(own.checkpoint.size))
    #expect(try await lease(8).cosignature != nil)
  }

  @Test func aLeaseOfAHouseWhoseTrainingHasSaidNothingYetCarriesNone() async throws {
    #expect(try await lease(nil).cosignature == nil)
    try await serving.deploy(weights: serving.weights())
  }
}
