import Daemon
import Ledger
import MerkleLog
import Storage

/// The serving plane's tables. Envelope bytes are the truth; columns only find them.
enum ServingSchema {
  /// `NMGS` in ASCII.
  static let applicationID: Int32 = 0x4E4D_4753

  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables),
    Migration(2, "approvals, tombstones, deployments", sql: tables),
    Migration(3, "revocations in the evidence", sql: EvidencedAttestations(of: .modelApprovalRevoked).migrationSQL),
    Migration(
      4, "trust roots, and which signatures were accepted under which",
      sql: TrustRootStore.migrationSQL + acceptedSignatures),
    Migration(
      5, "leases, clock jumps, ends of deployments", sql: LeaseStore.migrationSQL + PlaneSchema.clockJump + ends),
    Migration(6, "observed windows", sql: ObservedWindows.migrationSQL),
    Migration(7, "when what runs was hashed last", sql: "ALTER TABLE deployment ADD COLUMN verified_at INTEGER;"),
    PlaneSchema.merkleLog(8),
    PlaneSchema.witnessing(9),
    Migration(10, "promotions and undeployments by their digests", sql: DeploymentStore.attestationSQL),
    PlaneSchema.overruledHeads(11),
    Migration(12, "what the evidence says of each place", sql: PlaceHistory.migrationSQL),
  ]

  static let evidenced = [
    EvidencedTable("approval", content: .envelope("envelope"), events: [.approvalReceived]),
    EvidencedTable("tombstone", content: .envelope("envelope"), events: [.modelApprovalRevoked]),
    EvidencedTable(
      "deployment", digest: nil, key: "number", content: .envelope("promotion"), events: [.modelDeployment]),
    EvidencedTable(
      "deployment", digest: nil, key: "number", content: .envelope("undeployment"), events: [.modelUndeployed]),
  ]

  private static let ends = """
    -- When the model's approver was warned that the approval ends; since when it is denied though it runs.
    ALTER TABLE deployment ADD COLUMN warned_at INTEGER;
    ALTER TABLE deployment ADD COLUMN denied_since INTEGER;
    """

  /// What was stored before roots could change was accepted under version 1.
  private static let acceptedSignatures = """
    ALTER TABLE approval ADD COLUMN trust_root_version INTEGER NOT NULL DEFAULT 1;
    -- The plane's own word on when it took a signature. Signature as in the envelope, in base64.
    CREATE TABLE accepted_signature (
      approval_digest TEXT NOT NULL REFERENCES approval (digest),
      keyid TEXT NOT NULL,
      signature TEXT NOT NULL,
      trust_root_version INTEGER NOT NULL,
      PRIMARY KEY (approval_digest, keyid)
    ) STRICT, WITHOUT ROWID;
    INSERT OR IGNORE INTO accepted_signature
      SELECT approval.digest, json_extract(entry.value, '$.keyid'), json_extract(entry.value, '$.sig'), 1
      FROM approval, json_each(
        CASE WHEN json_valid(CAST(envelope AS TEXT)) THEN CAST(envelope AS TEXT) ELSE '{}' END, '$.signatures') AS entry;
    """

  private static let tables = """
    CREATE TABLE training_output (
      digest TEXT PRIMARY KEY,
      envelope BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Kept for ever: evidence of what could have run.
    CREATE TABLE approval (
      digest TEXT PRIMARY KEY,
      approval_id TEXT NOT NULL UNIQUE,
      model_id TEXT NOT NULL,
      weights_hash TEXT NOT NULL,
      training_output_digest TEXT NOT NULL REFERENCES training_output (digest),
      envelope BLOB NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX approval_model ON approval (model_id);
    CREATE INDEX approval_weights ON approval (weights_hash);
    -- Kept for ever: a revocation has no end.
    CREATE TABLE tombstone (
      digest TEXT PRIMARY KEY,
      weights_hash TEXT NOT NULL,
      envelope BLOB NOT NULL,
      accepted_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tombstone_approval (
      tombstone_digest TEXT NOT NULL REFERENCES tombstone (digest),
      approval_digest TEXT NOT NULL,
      PRIMARY KEY (tombstone_digest, approval_digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tombstone_approval_dead ON tombstone_approval (approval_digest);
    -- One row a deployment ever intended; its states are DeploymentRow.State.
    CREATE TABLE deployment (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      model_id TEXT NOT NULL,
      environment TEXT NOT NULL,
      scope TEXT,
      approval_id TEXT NOT NULL,
      approval_digest TEXT NOT NULL REFERENCES approval (digest),
      weights_hash TEXT NOT NULL,
      weights_kind TEXT NOT NULL,
      deployed_by TEXT NOT NULL,
      intent_id TEXT NOT NULL,
      state TEXT NOT NULL,
      intended_at INTEGER NOT NULL,
      deployed_at INTEGER,
      ended_at INTEGER,
      message TEXT NOT NULL,
      promotion BLOB,
      undeployment BLOB
    ) STRICT;
    CREATE UNIQUE INDEX deployment_running ON deployment (model_id, environment) WHERE state = 'deployed';
    CREATE INDEX deployment_place ON deployment (model_id, environment, number);
    CREATE INDEX deployment_state ON deployment (state) WHERE state IN ('intended', 'deployed', 'undeploying');
    CREATE INDEX deployment_weights ON deployment (weights_hash);
    """
}
