import Attestations
import Drift
import FoundationEssentials
import GRDB
import Signing
import Wire

/// The drift checks of the last windows, each with its observation. What a revocation followed from is kept for ever.
struct DriftCheckStore: Sendable {
  /// Of one monitor, of one model in one environment.
  static let keptOfSeries = 32
  static let keptOfAll = 2_000

  static let migrationSQL = """
    CREATE TABLE drift_check (
      -- AUTOINCREMENT: a cursor never comes to mean another row.
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      digest TEXT NOT NULL UNIQUE,
      observation_digest TEXT NOT NULL UNIQUE,
      model_id TEXT NOT NULL,
      weights_hash TEXT NOT NULL,
      environment TEXT NOT NULL,
      monitor TEXT NOT NULL,
      window_end INTEGER NOT NULL,
      checked_at INTEGER NOT NULL,
      has_revoked INTEGER NOT NULL DEFAULT 0,
      drift_check BLOB NOT NULL,
      observation BLOB NOT NULL
    ) STRICT;
    CREATE INDEX drift_check_series ON drift_check (model_id, environment, monitor, sequence);
    CREATE INDEX drift_check_monitor ON drift_check (monitor, checked_at);
    CREATE INDEX drift_check_time ON drift_check (checked_at);
    """

  func holds(observation digest: Digest, in database: Database) throws -> Bool {
    let sql = "SELECT 1 FROM drift_check WHERE observation_digest = ?"
    return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [digest.description]) != nil
  }

  /// Stores a check with its observation; the oldest of its series and of all make room.
  func insert(
    _ check: UnverifiedEnvelope, _ predicate: DriftCheck, of observation: VerifiedObservation, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO drift_check (digest, observation_digest, model_id, weights_hash, environment, monitor, window_end,
          checked_at, drift_check, observation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      check.payloadDigest.description, observation.digest.description, predicate.modelID.text,
      predicate.weightsHash.description, predicate.environment.text, predicate.monitor.text,
      predicate.windowEnd.microseconds, predicate.checkedAt.microseconds, Data(check.serialized),
      Data(observation.attested.envelope.serialized),
    ])
    try prune(predicate, in: database)
  }

  private func prune(_ newest: DriftCheck, in database: Database) throws {
    let series: StatementArguments = [
      newest.modelID.text, newest.environment.text, newest.monitor.text, Self.keptOfSeries,
    ]
    try database.cachedStatement(
      sql: """
        DELETE FROM drift_check WHERE has_revoked = 0 AND sequence IN (
          SELECT sequence FROM drift_check WHERE model_id = ? AND environment = ? AND monitor = ?
          ORDER BY sequence DESC LIMIT -1 OFFSET ?)
        """
    ).execute(arguments: series)
    try database.cachedStatement(
      sql: """
        DELETE FROM drift_check WHERE has_revoked = 0 AND sequence IN (
          SELECT sequence FROM drift_check ORDER BY sequence DESC LIMIT -1 OFFSET ?)
        """
    ).execute(arguments: [Self.keptOfAll])
  }

  /// A revocation follows from it: it stays.
  func keep(_ digest: Digest, in database: Database) throws {
    try database.execute(
      sql: "UPDATE drift_check SET has_revoked = 1 WHERE digest = ?", arguments: [digest.description])
  }

  /// Until when a monitor has reported of a place.
  func lastWindowEnd(of observation: ServingObservation, in database: Database) throws -> Timestamp? {
    let sql = "SELECT max(window_end) FROM drift_check WHERE model_id = ? AND environment = ? AND monitor = ?"
    let arguments: StatementArguments = [
      observation.modelID.text, observation.environment.text, observation.observedBy.text,
    ]
    return try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
      .map(Timestamp.init(microseconds:))
  }

  func count(of monitor: PrincipalID, since time: Timestamp, in database: Database) throws -> Int {
    let sql = "SELECT count(*) FROM drift_check WHERE monitor = ? AND checked_at > ?"
    return try Int.fetchOne(
      database.cachedStatement(sql: sql), arguments: [monitor.text, time.microseconds]) ?? 0
  }

  /// The last checks of a monitor of these weights in an environment, newest first.
  func latest(
    _ limit: Int, of weights: Digest, in environment: EnvironmentName, by monitor: PrincipalID,
    signedBy keys: [PublicKey],
    _ database: Database
  ) throws -> [Attested<DriftCheck>] {
    let sql = """
      SELECT * FROM drift_check WHERE weights_hash = ? AND environment = ? AND monitor = ? ORDER BY sequence DESC LIMIT ?
      """
    let arguments: StatementArguments = [weights.description, environment.text, monitor.text, limit]
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map {
      try StoredDriftCheck($0, signedBy: keys).check
    }
  }

  /// Who has reported of these weights there since.
  func monitors(
    of weights: Digest, in environment: EnvironmentName, since time: Timestamp, _ database: Database
  ) throws -> [PrincipalID] {
    let sql = "SELECT DISTINCT monitor FROM drift_check WHERE weights_hash = ? AND environment = ? AND checked_at > ?"
    return try String.fetchAll(
      database.cachedStatement(sql: sql), arguments: [weights.description, environment.text, time.microseconds]
    ).compactMap { PrincipalID($0) }
  }

  /// A page of a model's checks, newest first.
  func page(
    of model: ModelID, in environment: EnvironmentName?, before sequence: Int64, limit: Int, signedBy keys: [PublicKey],
    _ database: Database
  ) throws -> [StoredDriftCheck] {
    let sql = """
      SELECT * FROM drift_check WHERE model_id = ? AND (? IS NULL OR environment = ?) AND sequence < ?
      ORDER BY sequence DESC LIMIT ?
      """
    let arguments: StatementArguments = [model.text, environment?.text, environment?.text, sequence, limit]
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map {
      try StoredDriftCheck($0, signedBy: keys)
    }
  }

  func find(_ digest: Digest, signedBy keys: [PublicKey], in database: Database) throws -> StoredDriftCheck? {
    let sql = "SELECT * FROM drift_check WHERE digest = ?"
    return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [digest.description]).map {
      try StoredDriftCheck($0, signedBy: keys)
    }
  }

  /// The observation that a check judged, unverified; nil where it is not kept or was changed. Whoever takes it verifies it.
  func observation(judgedBy check: Digest, in database: Database) throws -> UnverifiedEnvelope? {
    let sql = "SELECT observation FROM drift_check WHERE digest = ?"
    return try Data.fetchOne(database.cachedStatement(sql: sql), arguments: [check.description]).flatMap {
      try? UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: AttestationFormat.maximumPayload)
    }
  }

  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM drift_check") ?? 0
  }
}

/// A row, with our own signature on the check verified again.
struct StoredDriftCheck: Sendable {
  let sequence: Int64
  let check: Attested<DriftCheck>
  let observation: UnverifiedEnvelope

  /// - Throws: `StoredRowFault`.
  init(_ row: Row, signedBy keys: [PublicKey]) throws {
    let name: String = row["digest"]
    do {
      check = try Self.envelope(row["drift_check"]).attested(by: keys)
      observation = try Self.envelope(row["observation"])
    } catch { throw StoredRowFault("drift check \(name)", "\(error)") }
    sequence = row["sequence"]
    let predicate = check.predicate
    guard check.digest.description == name, observation.payloadDigest == predicate.observationDigest,
      predicate.observationDigest.description == row["observation_digest"],
      predicate.modelID.text == row["model_id"], predicate.weightsHash.description == row["weights_hash"],
      predicate.environment.text == row["environment"], predicate.monitor.text == row["monitor"],
      predicate.checkedAt.microseconds == row["checked_at"], predicate.windowEnd.microseconds == row["window_end"]
    else { throw StoredRowFault("drift check \(name)", "its columns are another check's") }
  }

  private static func envelope(_ bytes: Data) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(parsing: [UInt8](bytes), maximumPayload: AttestationFormat.maximumPayload)
  }
}
