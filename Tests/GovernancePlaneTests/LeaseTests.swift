import Attestations
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// What governance signs into a lease, and what it makes of the answer.
@Suite struct LeaseTests {
  private func comparison(_ governance: Governance) -> ServingComparison {
    ServingComparison(context: governance.plane.context)
  }

  private func issuer(_ governance: Governance) -> LeaseIssuer { LeaseIssuer(context: governance.plane.context) }

  /// What serving would answer.
  private func receipt(_ revocations: [UnverifiedEnvelope] = [], approvals: Int = 0) -> LeaseReceipt {
    LeaseReceipt(revocations: RevocationChain(revocations.map(\.payloadDigest)), approvalCount: approvals)
  }

  /// Everything that waits has arrived.
  private func deliverAll(_ governance: Governance) async throws {
    try await governance.plane.tamper("DELETE FROM outbox")
  }

  @Test func aLeaseNamesEveryRevocationThatIsHeld() async throws {
    let governance = try await Governance(in: TestHouse(leaseSeconds: 90))
    let revocations = try ["one", "two", "three"].map { weights in
      try governance.house.revocation(of: TestHouse.result(weights: weights))
    }
    for revocation in revocations { try await governance.revoke(revocation) }
    let expected = try await comparison(governance).expectation()
    let lease = try HeldLease(
      verifying: issuer(governance).issue(over: expected.revocations, asOf: expected.asOf), root: governance.house.root)
    #expect(lease.predicate.names(RevocationChain(revocations.map(\.payloadDigest))))
    #expect(lease.fault(under: governance.house.root, now: TestHouse.epoch) == nil)
    #expect(lease.predicate.expiresAt == TestHouse.epoch.adding(seconds: 90))
    #expect(issuer(governance).interval == .seconds(30))
  }

  /// A lease that was dated after its revocations were looked up would deny one that was accepted in between.
  @Test func aLeaseIsDatedBeforeItsRevocationsWereLookedUp() async throws {
    let governance = try await Governance(in: TestHouse(leaseSeconds: 90))
    let expected = try await comparison(governance).expectation()
    governance.plane.clock.step(seconds: 5)
    let late = try governance.house.revocation(at: governance.plane.clock.now())
    try await governance.revoke(late)
    let lease = try HeldLease(
      verifying: issuer(governance).issue(over: expected.revocations, asOf: expected.asOf), root: governance.house.root)
    #expect(lease.predicate.revocationCount == 0)
    #expect(
      lease.predicate.issuedAt == TestHouse.epoch && lease.predicate.expiresAt == TestHouse.epoch.adding(seconds: 90))
  }

  @Test func whereNoEnvironmentAsksForOneRevocationsAreComparedAllTheSame() async throws {
    #expect(try await issuer(Governance()).interval == .seconds(100))
  }

  @Test func aServingPlaneThatHoldsOtherRevocationsIsToldAllOfThemOnce() async throws {
    let governance = try await Governance()
    let revocations = try ["one", "two"].map { try governance.house.revocation(of: TestHouse.result(weights: $0)) }
    for revocation in revocations { try await governance.revoke(revocation) }
    try await deliverAll(governance)
    let comparison = comparison(governance)
    let expected = try await comparison.expectation()
    var memory = ServingComparison.Memory()
    // As many, and not the same: a count would have noticed nothing.
    let stranger = try governance.house.revocation(of: TestHouse.result(weights: "three"))
    let answer = receipt([revocations[0], stranger])
    for _ in 0..<4 { #expect(try await !comparison.compare(answer, expected, &memory)) }
    #expect(try await governance.plane.waiting(.revocationPublish).count == 2)
    try await deliverAll(governance)
    #expect(try await !comparison.compare(answer, expected, &memory))
    #expect(try await governance.plane.waiting(.revocationPublish).isEmpty, "once for what was answered")
    #expect(try await !comparison.compare(receipt([revocations[0]]), expected, &memory))
    #expect(try await governance.plane.waiting(.revocationPublish).count == 2, "and again when it has changed")
    #expect(try await comparison.compare(receipt(revocations), expected, &memory))
  }

  @Test func aTombstoneThatCannotBeReadKeepsNoOtherFromBeingToldAgain() async throws {
    let governance = try await Governance()
    for weights in ["one", "two", "three"] {
      try await governance.revoke(governance.house.revocation(of: TestHouse.result(weights: weights)))
    }
    try await deliverAll(governance)
    try await governance.plane.tamper("UPDATE tombstone SET envelope = x'00' WHERE sequence = 1")
    let comparison = comparison(governance)
    let expected = try await comparison.expectation()
    var memory = ServingComparison.Memory()
    for _ in 0..<2 { #expect(try await !comparison.compare(receipt(), expected, &memory)) }
    #expect(try await governance.plane.waiting(.revocationPublish).count == 2)
    #expect(governance.plane.context.evidence.fault?.contains("table tombstone") == true)
  }

  @Test func aRevocationOnItsWayIsNoDifference() async throws {
    let governance = try await Governance()
    try await governance.revoke(governance.house.revocation())
    let comparison = comparison(governance)
    let expected = try await comparison.expectation()
    var memory = ServingComparison.Memory()
    for _ in 0..<3 { #expect(try await !comparison.compare(receipt(), expected, &memory)) }
    #expect(try await governance.plane.waiting(.revocationPublish).count == 1)
    #expect(!governance.plane.log.lines.contains { $0.contains("other revocations") })
  }

  @Test func aServingPlaneThatLostApprovalsIsToldThoseThatAreAlive() async throws {
    let governance = try await Governance()
    let results = (1...4).map { TestHouse.result(model: "model-\($0)", weights: "weights \($0)", run: "run-\($0)") }
    var approvals: [ModelApproval] = []
    for (index, result) in results.enumerated() {
      let output = try await governance.publish(result)
      let approval = TestHouse.approval(of: output, result, id: "approval:000000000000000\(index)", required: 2)
      try await governance.propose(approval)
      approvals.append(approval)
    }
    try await governance.reject(approvals[2])
    try await deliverAll(governance)
    try await governance.revoke(governance.house.revocation(of: results[0]))
    try await deliverAll(governance)
    let comparison = comparison(governance)
    let expected = try await comparison.expectation()
    let revoked = [try governance.house.revocation(of: results[0])]
    var memory = ServingComparison.Memory()
    #expect(try await comparison.compare(receipt(revoked, approvals: 4), expected, &memory))
    #expect(try await governance.published().isEmpty)
    #expect(try await comparison.compare(receipt(revoked, approvals: 1), expected, &memory))
    let told = try await governance.published().map(\.approval.payloadDigest)
    #expect(Set(told) == Set([approvals[1], approvals[3]].map(Governance.digest)), "not what was revoked or rejected")
    try await deliverAll(governance)
    #expect(try await comparison.compare(receipt(revoked, approvals: 1), expected, &memory))
    #expect(try await governance.published().isEmpty, "once for what was answered")
  }

  @Test func whatKeepsApprovalsFromBeingToldKeepsNoRevocationAndIsAskedAgain() async throws {
    let governance = try await Governance()
    let output = try await governance.publish()
    try await governance.propose(TestHouse.approval(of: output, required: 2))
    let revocation = try governance.house.revocation(of: TestHouse.result(weights: "others"))
    try await governance.revoke(revocation)
    try await deliverAll(governance)
    let comparison = comparison(governance)
    let expected = try await comparison.expectation()
    var memory = ServingComparison.Memory()
    governance.plane.context.evidence.report("a test", to: governance.plane.log.logger)
    for _ in 0..<2 { #expect(try await !comparison.compare(receipt(approvals: 0), expected, &memory)) }
    #expect(try await governance.plane.waiting(.revocationPublish).count == 1)
    #expect(try await governance.published().isEmpty, "the evidence is in doubt")
  }

  @Test func approvalsThatWaitOrWereWithdrawnAreNotMissing() async throws {
    let governance = try await Governance()
    let results = (1...2).map { TestHouse.result(model: "model-\($0)", weights: "weights \($0)", run: "run-\($0)") }
    for (index, result) in results.enumerated() {
      let output = try await governance.publish(result)
      try await governance.propose(TestHouse.approval(of: output, result, id: "approval:000000000000000\(index)"))
    }
    try await governance.revoke(governance.house.revocation(of: results[0]))
    var memory = ServingComparison.Memory()
    let expected = try await comparison(governance).expectation()
    _ = try await comparison(governance).compare(receipt(), expected, &memory)
    #expect(!governance.plane.log.lines.contains { $0.contains("fewer approvals") })
    #expect(try await governance.published().count == 1)
  }

  @Test func whatIsDeliveredWhileALeaseIsOnItsWayIsNotMissing() async throws {
    let governance = try await Governance()
    let comparison = comparison(governance)
    var memory = ServingComparison.Memory()
    var held = 0
    for number in 1...4 {
      let expected = try await comparison.expectation()
      let result = TestHouse.result(model: "model-\(number)", weights: "weights \(number)", run: "run-\(number)")
      let output = try await governance.publish(result)
      try await governance.propose(TestHouse.approval(of: output, result, id: "approval:000000000000000\(number)"))
      // Every second one is held by serving before its answer, the others after it.
      if number.isMultiple(of: 2) { held = number }
      if number == 3 { try await deliverAll(governance) }
      #expect(try await comparison.compare(receipt(approvals: held), expected, &memory))
      try await deliverAll(governance)
      held = number
    }
    #expect(governance.plane.log.lines.isEmpty)
  }
}
