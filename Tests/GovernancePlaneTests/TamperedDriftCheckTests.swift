import Attestations
import Drift
import PlaneContract
import TestSupport
import Testing

@testable import GovernancePlane

/// Every column of the drift checks, one by one, changed with the `sqlite3` program under a running plane. A column is expected to be
/// noticed unless it stands here.
@Suite struct TamperedDriftCheckTests {
  /// Where a page goes on, and what is kept for longer.
  static let indifferent: Set<String> = ["drift_check.sequence", "drift_check.has_revoked"]

  let governance: Governance
  let approval: ModelApproval

  /// One drifted window is judged; a second revokes.
  init() async throws {
    governance = try await Governance(
      in: TestHouse(autoRevoke: AutomaticRevocation(severity: 0.8, windows: 2)))
    approval = TestHouse.approval(of: try await governance.publish(TestHouse.watched()))
    try await governance.propose(approval)
    governance.plane.clock.step(seconds: 3 * 3600)
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.5), of: approval))
  }

  @Test(arguments: try TableColumn.all(of: ["drift_check"], in: GovernancePlane.self))
  func aChangedColumnIsNotShownAndRevokesNothing(_ column: TableColumn) async throws {
    try column.change(in: governance.plane.context.database.path)
    let isIndifferent = Self.indifferent.contains(column.testDescription)
    let shown = try await shown()
    #expect(
      shown == (isIndifferent ? 1 : nil) || (column.name == "model_id" && shown == 0),
      "it reads as one of another model")
    _ = try? await governance.observe(governance.observed(TestHouse.window(2, shift: 0.5), of: approval))
    #expect(try await governance.get(approval).status == (isIndifferent ? .revoked : .active))
  }

  @Test func aDeletedCheckRevokesNothing() async throws {
    try SQLiteProgram.run("DELETE FROM drift_check", on: governance.plane.context.database.path)
    try await governance.observe(governance.observed(TestHouse.window(2, shift: 0.5), of: approval))
    #expect(try await governance.get(approval).status == .active)
  }

  /// How many checks anybody is shown; nil when a stored row is said to be changed.
  private func shown() async throws -> Int? {
    let query = DriftGet(modelID: approval.modelID)
    var items: Int?
    let refusal = try await refusal {
      items = try Page<DriftCheckItem>(await governance.plane.send(.driftGet, query, as: "bridge", on: .governanceRead))
        .items.count
    }
    #expect(refusal == nil || refusal?.code == .internal)
    return items
  }
}
