import Attestations
import Foundation
import PlaneContract
import TestSupport
import Testing

/// Real file systems with no byte left under governance and under serving. Revocations are written in the space that is kept for
/// them, and nothing else is.
@Suite(
  "A disk with no byte left", .serialized,
  .enabled(if: SmallDisk.isAvailable, "needs root, or user namespaces for everybody, to mount a small file system"))
struct FilledDiskTests {
  let planes: DaemonFixture
  let steady: TrainedModel
  let disk: SmallDisk

  init() async throws {
    // The store of weights leaves 64 MiB free by itself.
    planes = try await DaemonFixture(smallDisks: [(.governance, 24 << 20), (.serving, 96 << 20)])
    disk = try #require(planes.disk)
    steady = try await planes.deployed("steady")
  }

  @Test("Revocations are taken at both doors, what runs is authorized, and everything else waits for room unharmed")
  func revocationsAndNothingElse() async throws {
    let (alice, bob, ci) = (try caller("alice"), try caller("bob"), try caller("ci"))
    let (first, second) = (try await planes.trained("doomed/one"), try await planes.trained("doomed/two"))
    let (one, two) = (planes.approval(of: first), planes.approval(of: second))
    for (model, approval) in [(first, one), (second, two)] {
      try await planes.approved(approval)
      try await ci.deploy(model.id, weights: model.path)
    }
    let fresh = try await planes.trained("fresh")
    let approval = planes.approval(of: fresh)
    try fillBoth()

    try await expectNoRoom { _ = try await alice.propose(approval) }
    try await expectNoRoom { try await ci.deploy(steady.id, to: "production", weights: steady.path) }
    try await expectSteadyIsAuthorized()

    #expect(try await alice.revoke(planes.revocation(of: one)) == [one.approvalID])
    #expect(try await bob.revoke(planes.revocation(of: two, by: "bob"), on: .revoke) == [two.approvalID])
    try await expectBothAreRevoked([(first, one), (second, two)])
    for plane in [Role.governance, .serving] {
      #expect(try await alice.status(of: plane).health.contains("only revocations are still written"))
    }
    try await expectNoRoom { _ = try await alice.propose(approval) }
    let receipt = try await caller("trainer").submit(planes.job("meanwhile").result)

    // The room that the dead processes gave back is not theirs to count on.
    try await planes.killAll()
    try fillBoth()
    try await planes.startAll()
    try await expectBothAreRevoked([(first, one), (second, two)])
    try await expectSteadyIsAuthorized()
    try await expectNoRoom { _ = try await alice.propose(approval) }

    for plane in [Role.governance, .serving] { try disk.empty(planes.home.folder(of: plane)) }
    try await planes.governanceHolds(receipt.digest)
    _ = try await alice.propose(approval)
    _ = try await bob.sign(approval.approvalID)
    try await planes.servingAllows(approval)
    try await ci.deploy(fresh.id, weights: fresh.path)
    for plane in [Role.governance, .serving] {
      #expect(try await alice.status(of: plane).health == "ok")
      #expect(try reserve(of: plane) == 8 << 20, "it is made again")
    }
  }

  @Test("A plane that was stopped while its disk filled up starts, and takes a revocation")
  func startsOnAFullDisk() async throws {
    let model = try await planes.trained("late")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await caller("ci").deploy(model.id, weights: model.path)
    for plane in [Role.governance, .serving] { #expect(try await planes.terminate(plane) == 0) }
    try fillBoth()
    try await planes.startAll()
    try await expectSteadyIsAuthorized()
    _ = try await caller("alice").revoke(planes.revocation(of: approval))
    try await expectBothAreRevoked([(model, approval)])
  }

  private func caller(_ name: String) throws -> PlaneCaller { try planes.home.caller(name) }

  private func fillBoth() throws {
    for plane in [Role.governance, .serving] { try disk.fill(planes.home.folder(of: plane)) }
  }

  private func expectNoRoom(_ location: SourceLocation = #_sourceLocation, _ attempt: () async throws -> Void)
    async throws
  {
    let refusal = try await expectRefused(.unavailable, at: location, attempt)
    #expect(
      refusal.message.contains("is full") || refusal.message.contains("space"), "\(refusal)", sourceLocation: location)
  }

  private func expectSteadyIsAuthorized(_ location: SourceLocation = #_sourceLocation) async throws {
    let verdict = try await caller("ci").authorize(steady.id)
    #expect(verdict.passed, "\(verdict.failures)", sourceLocation: location)
    let current = "\(planes.home.folder(of: .serving))/deployments/staging/steady/current"
    let name = try #require(steady.served.keys.first)
    #expect(FileManager.default.contents(atPath: disk.outside("\(current)/\(name)")).map(Array.init) == steady.weights)
  }

  /// On both planes, each of which heard of one by itself and of one from the other.
  private func expectBothAreRevoked(
    _ models: [(TrainedModel, ModelApproval)], _ location: SourceLocation = #_sourceLocation
  ) async throws {
    for (model, approval) in models {
      try await pollUntil("\(model.id) is undeployed\n\(planes.logs)") {
        try await caller("ci").deployments().allSatisfy { $0.modelID != model.id }
      }
      #expect(try await planes.verdict(on: approval).failures["revocation"] != nil, sourceLocation: location)
      try await pollUntil("governance knows that \(model.id) is revoked\n\(planes.logs)") {
        try await caller("alice").approval(approval.approvalID).status == .revoked
      }
    }
  }

  private func reserve(of plane: Role) throws -> Int {
    let path = disk.outside("\(planes.home.folder(of: plane))/state.sqlite.reserve")
    return try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  }
}
