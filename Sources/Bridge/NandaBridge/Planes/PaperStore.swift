import Attestations
import FoundationEssentials
import GRDB
import PlaneContract
import Storage
import Wire

/// The papers of an approval as somebody gave them.
struct UnverifiedPapers: Sendable {
  let approval: UnverifiedEnvelope
  let training: UnverifiedEnvelope

  /// Every signature verified here.
  ///
  /// - Throws: `GateFault` or `PaperFault` for what does not hold.
  func verified(as id: ApprovalID, root: VerifiedTrustRoot) throws -> ProvenApproval {
    // What was proposed was trained under the root of then, or an earlier one.
    let version = try Statement<ModelApproval>.parse(approval.payload).trustRootVersion
    let proven = try ProvenApproval.verify(
      approval: approval, training: training, root: root,
      accepted: ApprovalAcceptance(rootVersion: version, signatures: [:]))
    guard proven.held.predicate.approvalID == id else { throw PaperFault("these are the papers of another approval") }
    guard proven.held.isSignedByGovernance else { throw PaperFault("governance has not signed \(id)") }
    return proven
  }
}

/// The papers that governance has given, in the bridge's own file. Nobody's evidence: whoever reads them verifies them again, and what
/// is not there is asked for.
struct PaperStore: Sendable {
  static let migrationSQL = """
    CREATE TABLE paper (
      approval_id TEXT PRIMARY KEY,
      approval BLOB NOT NULL,
      training BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    """

  let database: PlaneDatabase

  /// Nil where there are none that can be read.
  func papers(of id: ApprovalID) async throws -> UnverifiedPapers? {
    try await database.read { database in
      let select = try database.cachedStatement(sql: "SELECT approval, training FROM paper WHERE approval_id = ?")
      guard let row = try Row.fetchOne(select, arguments: [id.text]),
        let approval = Self.envelope(row[0]), let training = Self.envelope(row[1])
      else { return nil }
      return UnverifiedPapers(approval: approval, training: training)
    }
  }

  /// All in one commit: each waits for the disk, and at a first start there may be thousands.
  func keep(_ papers: [(id: ApprovalID, papers: UnverifiedPapers)]) async throws {
    guard !papers.isEmpty else { return }
    try await database.commit { database in
      let insert = try database.cachedStatement(sql: "INSERT OR REPLACE INTO paper VALUES (?, ?, ?)")
      for (id, papers) in papers {
        try insert.execute(
          arguments: [id.text, Data(papers.approval.serialized), Data(papers.training.serialized)])
      }
    }
  }

  /// Forgets the papers of all others.
  func keepOnly(_ ids: Set<ApprovalID>) async throws {
    let kept = try await database.read { try String.fetchSet($0, sql: "SELECT approval_id FROM paper") }
    let gone = kept.subtracting(ids.map(\.text))
    guard !gone.isEmpty else { return }
    try await database.commit { database in
      let delete = try database.cachedStatement(sql: "DELETE FROM paper WHERE approval_id = ?")
      for id in gone { try delete.execute(arguments: [id]) }
    }
  }

  private static func envelope(_ bytes: Data) -> UnverifiedEnvelope? {
    try? UnverifiedEnvelope(parsing: [UInt8](bytes), maximumPayload: AttestationFormat.maximumPayload)
  }
}
