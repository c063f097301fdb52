import Attestations
import PlaneContract
import Storage
import TestSupport
import Testing

@testable import GovernancePlane

/// Every column of governance's own tables, one by one, changed with the `sqlite3` program in a stopped and in a running plane's
/// database. A column is expected to be noticed unless it stands here.
@Suite struct TamperedColumnTests {
  static let tables = [
    "approval", "approval_signature", "approval_rejection", "training_output", "tombstone", "dead_approval",
  ]

  /// They order lists and say when a row came; no decision asks them.
  static let indifferent: Set<String> = [
    "approval.sequence", "approval.received_at", "approval_signature.sequence", "approval_signature.signed_at",
    "approval_rejection.received_at", "training_output.sequence", "training_output.received_at", "tombstone.sequence",
    "tombstone.received_at",
  ]

  enum Outcome: Equatable {
    case refusedToStart(String), refused(ErrorCode), status(ApprovalStatus)
  }

  let governance: Governance
  let approval: ModelApproval

  init() async throws {
    governance = try await Governance()
    approval = TestHouse.approval(
      of: try await governance.publish(), environments: ["staging", "production"], required: 2)
    try await governance.propose(approval)
  }

  @Test(arguments: try TableColumn.all(of: tables, in: GovernancePlane.self), [false, true])
  func aChangedColumnDecidesNothing(_ column: TableColumn, running: Bool) async throws {
    try await prepare(column.table)
    let (outcome, log) = try await outcome(running: running) { try column.change(in: $0) }
    if Self.indifferent.contains(column.testDescription) || (running && column.table == "dead_approval") {
      #expect(outcome == .status(status(of: column.table)))
    } else {
      expectNoticed(outcome, log, in: column.table, by: column.name == "approval_id" ? .notFound : .internal)
    }
  }

  @Test(arguments: tables, [false, true])
  func aDeletedRowDecidesNothing(_ table: String, running: Bool) async throws {
    try await prepare(table)
    let (outcome, log) = try await outcome(running: running) { try SQLiteProgram.run("DELETE FROM \(table)", on: $0) }
    if running && table == "dead_approval" {
      #expect(outcome == .status(.revoked), "the tombstone itself still covers what was approved before it")
    } else {
      expectNoticed(outcome, log, in: table, by: table == "approval" ? .notFound : .internal)
    }
  }

  /// What bob's signature would come to with the database as it was.
  private func status(of table: String) -> ApprovalStatus {
    switch table {
    case "approval_rejection": .rejected
    case "tombstone", "dead_approval": .revoked
    default: .active
    }
  }

  private func prepare(_ table: String) async throws {
    switch status(of: table) {
    case .rejected: try await governance.reject(approval)
    case .revoked: try await governance.revoke(governance.house.revocation(approvalID: approval.approvalID.text))
    default: break
    }
  }

  /// Bob signs, and somebody asks where the approval stands.
  private func outcome(running: Bool, _ tamper: (String) throws -> Void) async throws -> (Outcome, [String]) {
    let path = governance.plane.context.database.path
    if !running { try governance.plane.context.database.close() }
    try tamper(path)
    do {
      let plane =
        running ? governance : try await Governance(in: governance.house, directory: governance.plane.directory)
      _ = try? await plane.sign(approval, as: "bob")
      let outcome: Outcome
      do { outcome = .status(try await plane.get(approval).status) } catch let refusal as Refusal {
        outcome = .refused(refusal.code)
      }
      return (outcome, plane.plane.log.lines)
    } catch let error as StorageError {
      return (.refusedToStart("\(error)"), [])
    }
  }

  /// The plane does not start and says which table is wrong, or it refuses and logs what was changed.
  private func expectNoticed(
    _ outcome: Outcome, _ log: [String], in table: String, by code: ErrorCode,
    _ location: SourceLocation = #_sourceLocation
  ) {
    switch outcome {
    case .refusedToStart(let problem):
      #expect(problem.contains("table \(table)") || problem.contains("table dead_approval"), sourceLocation: location)
    case .refused(let found):
      let isHidden = found == .notFound && code == .notFound && table == "approval"
      #expect(isHidden || found == .internal, sourceLocation: location)
      #expect(isHidden || log.contains { $0.contains("a stored row was changed") }, "\(log)", sourceLocation: location)
    case .status(let status):
      Issue.record("it was not noticed, and the approval is \(status)", sourceLocation: location)
    }
  }
}
