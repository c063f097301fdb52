import Daemon
import Storage

/// The bridge's database: the roots that it has accepted, the log of what it told of its agents, and the papers that these rest on.
enum DeltaSchema {
  /// Marks the file as a bridge's.
  static let applicationID: Int32 = 0x4E42_5247

  static let migrations = [
    Migration(1, "trust roots and deltas", sql: TrustRootStore.migrationSQL + deltas),
    Migration(2, "whose log it is, and what is withheld", sql: names + withheld),
    Migration(3, "papers", sql: PaperStore.migrationSQL),
  ]

  private static let deltas = """
    CREATE TABLE delta (
      seq INTEGER PRIMARY KEY,
      agent TEXT NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('upsert', 'delete', 'revoke')),
      recorded_at INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER delta_never_updated BEFORE UPDATE ON delta BEGIN
      SELECT raise(ABORT, 'what was told of an agent is never changed');
    END;

    -- The newest delta of each agent, and what tells whether there is a newer one to write.
    CREATE TABLE agent (
      agent TEXT PRIMARY KEY,
      seq INTEGER NOT NULL UNIQUE REFERENCES delta,
      action TEXT NOT NULL,
      fingerprint BLOB NOT NULL,
      basis BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- How many deltas are kept, and the newest that is not kept any more.
    CREATE TABLE delta_extent (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      count INTEGER NOT NULL,
      horizon INTEGER NOT NULL
    ) STRICT;
    INSERT INTO delta_extent VALUES (1, 0, 0);

    """

  private static let names = """
    -- By which names the log calls its agents. A log without them is as old as this table, or empty.
    CREATE TABLE registry_names (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      registry_id TEXT NOT NULL,
      provider_did TEXT NOT NULL
    ) STRICT;

    """

  private static let withheld = """
    -- Agents of whose earlier documents nobody is told any more: all before this number.
    CREATE TABLE withheld (
      agent TEXT PRIMARY KEY,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    """
}
