import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What serving remembers of approvals is never more, and for long never less, than what it has stored.
@Suite struct ApprovalIndexTests {
  let serving: ServingHouse
  let index: ApprovalIndex
  let held: HeldApproval

  init() async throws {
    serving = try await ServingHouse()
    index = ApprovalIndex(context: serving.plane.context, store: SQLiteApprovalStore())
    let output = try serving.house.trainingOutput()
    let envelope = try serving.house.signed(TestHouse.approval(of: output), by: ["alice", "governance-plane"])
    held = try ProvenApproval.verify(approval: envelope, training: output, root: serving.house.root).held
  }

  private var remembered: [Digest]? {
    index.remembered(held.predicate.modelID, under: serving.house.root)?.newestFirst.map(\.digest)
  }

  @Test func whatIsAllThereIsIsRememberedAsItIsStored() async throws {
    try await index.changing(held, under: serving.house.root) { .stored(isAllThereIs: true) }
    #expect(remembered == [held.digest])
    try await index.changing(held, under: serving.house.root) { .none }
    #expect(remembered == [held.digest])
  }

  @Test func whatIsNotAllThereIsIsReadAgain() async throws {
    try await index.changing(held, under: serving.house.root) { .stored(isAllThereIs: true) }
    try await index.changing(held, under: serving.house.root) { .stored(isAllThereIs: false) }
    #expect(remembered == nil)
  }

  @Test func aCommitThatFailedLeavesNothingBehind() async throws {
    await #expect(throws: Refusal.self) {
      try await index.changing(held, under: serving.house.root) { throw Refusal(.unavailable, "the disk is full") }
    }
    #expect(remembered == nil)
  }

  /// Two publications of one model, committed together, whose answers come in the other order.
  @Test func whereCommitsOverlapMemoryForgetsRatherThanTakeThemInTheWrongOrder() async throws {
    try await index.changing(held, under: serving.house.root) {
      try await index.changing(held, under: serving.house.root) { .stored(isAllThereIs: false) }
      return .stored(isAllThereIs: true)
    }
    #expect(remembered == nil)
    try await index.changing(held, under: serving.house.root) { .stored(isAllThereIs: true) }
    #expect(remembered == [held.digest])
  }

  @Test func approvalsOfOneModelThatArriveTogetherAreAllKnown() async throws {
    let ids = (1...8).map { "approval:\($0)" }
    try await withThrowingTaskGroup { group in
      for (minute, id) in ids.enumerated() {
        group.addTask { try await serving.publish(id: id, at: TestHouse.epoch.adding(seconds: -60 * minute)) }
      }
      try await group.waitForAll()
    }
    for id in ids {
      #expect(try await serving.authorize(hash: TestHouse.result().weightsHash, approval: id).passed, "\(id)")
    }
  }
}
