import Attestations
import FoundationEssentials
import GRDB
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// The table of deployments. Every function runs inside the caller's transaction.
struct DeploymentStore: Sendable {
  static let attestationSQL = """
    -- Leads to the row in which a promotion result or an undeployment stands.
    CREATE TABLE deployment_attestation (
      digest TEXT PRIMARY KEY,
      number INTEGER NOT NULL REFERENCES deployment (number) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """

  private func index(_ attestation: UnverifiedEnvelope, of row: DeploymentRow, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO deployment_attestation VALUES (?, ?) ON CONFLICT DO NOTHING",
      arguments: [attestation.payloadDigest.description, row.number])
  }

  /// A new row in state `intended`.
  func intend(
    _ held: HeldApproval, environment: EnvironmentName, scope: ScopeName?, by deployer: PrincipalID, intentID: String,
    at now: Timestamp, in database: Database
  ) throws -> DeploymentRow {
    let approval = held.predicate
    try database.execute(
      sql: """
        INSERT INTO deployment (model_id, environment, scope, approval_id, approval_digest, weights_hash, weights_kind,
          deployed_by, intent_id, state, intended_at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?, '')
        """,
      arguments: [
        approval.modelID.text, environment.text, scope?.text, approval.approvalID.text, held.digest.description,
        approval.weightsHash.description, held.weightsKind.rawValue, deployer.text, intentID,
        now.microseconds,
      ])
    return try row(database.lastInsertedRowID, in: database)
  }

  /// The endpoint said yes: this row runs, what ran there is superseded.
  func deployed(
    _ row: DeploymentRow, promotion: UnverifiedEnvelope, at now: Timestamp, message: String, in database: Database
  ) throws {
    try database.execute(
      sql:
        "UPDATE deployment SET state = 'superseded', ended_at = ? WHERE model_id = ? AND environment = ? AND state = 'deployed'",
      arguments: [now.microseconds, row.modelID.text, row.environment.text])
    try database.execute(
      sql: "UPDATE deployment SET state = 'deployed', deployed_at = ?, message = ?, promotion = ? WHERE number = ?",
      arguments: [now.microseconds, message, Data(promotion.serialized), row.number])
    try index(promotion, of: row, in: database)
  }

  func end(
    _ row: DeploymentRow, as state: DeploymentRow.State, at now: Timestamp, message: String, in database: Database
  ) throws {
    try database.execute(
      sql: "UPDATE deployment SET state = ?, ended_at = ?, message = ? WHERE number = ?",
      arguments: [state.rawValue, now.microseconds, message, row.number])
  }

  /// Ends what runs; false when it runs no longer.
  func endRunning(_ row: DeploymentRow, at now: Timestamp, message: String, in database: Database) throws -> Bool {
    try database.execute(
      sql:
        "UPDATE deployment SET state = 'undeploying', ended_at = ?, message = ? WHERE number = ? AND state = 'deployed'",
      arguments: [now.microseconds, message, row.number])
    return database.changesCount > 0
  }

  func undeployed(
    _ row: DeploymentRow, undeployment: UnverifiedEnvelope, at now: Timestamp, message: String, in database: Database
  ) throws {
    try end(row, as: .undeployed, at: now, message: message, in: database)
    try database.execute(
      sql: "UPDATE deployment SET undeployment = ? WHERE number = ?",
      arguments: [Data(undeployment.serialized), row.number])
    try index(undeployment, of: row, in: database)
  }

  /// Replaces the intent, for the evidence of an end that somebody asked for.
  func setIntent(_ row: DeploymentRow, _ intentID: String, in database: Database) throws {
    try database.execute(
      sql: "UPDATE deployment SET intent_id = ? WHERE number = ?", arguments: [intentID, row.number])
  }

  func warned(_ row: DeploymentRow, at now: Timestamp, in database: Database) throws {
    try database.execute(
      sql: "UPDATE deployment SET warned_at = ? WHERE number = ?", arguments: [now.microseconds, row.number])
  }

  /// Since when what runs is denied; nil: it no longer is.
  func denied(_ row: DeploymentRow, since: Timestamp?, in database: Database) throws {
    try database.execute(
      sql: "UPDATE deployment SET denied_since = ? WHERE number = ?", arguments: [since?.microseconds, row.number])
  }

  func verified(_ row: DeploymentRow, at now: Timestamp, in database: Database) throws {
    try database.execute(
      sql: "UPDATE deployment SET verified_at = ? WHERE number = ?", arguments: [now.microseconds, row.number])
  }

  func row(_ number: Int64, in database: Database) throws -> DeploymentRow {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM deployment WHERE number = ?", arguments: [number])
    else {
      throw FieldError("deployment \(number)", "is not in the database")
    }
    return try DeploymentRow(row: row)
  }

  func running(_ place: Place, in database: Database) throws -> DeploymentRow? {
    try Row.fetchOne(
      database, sql: "SELECT * FROM deployment WHERE model_id = ? AND environment = ? AND state = 'deployed'",
      arguments: [place.modelID.text, place.environment.text]
    ).map(DeploymentRow.init(row:))
  }

  /// A row that cannot be read stands for nothing and keeps no other from being served; `unreadable` names it.
  func all(in states: [DeploymentRow.State], _ database: Database) throws -> [DeploymentRow] {
    let list = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try Row.fetchAll(database, sql: "SELECT * FROM deployment WHERE state IN (\(list)) ORDER BY number")
      .compactMap { try? DeploymentRow(row: $0) }
  }

  /// What is wrong with the rows that may stand for something that runs and cannot be read.
  func unreadable(in database: Database) throws -> [String] {
    let sql = "SELECT * FROM deployment WHERE state NOT IN ('failed', 'superseded', 'undeployed') ORDER BY number"
    return try Row.fetchAll(database, sql: sql).compactMap { row in
      do {
        _ = try DeploymentRow(row: row)
        return nil
      } catch { return "table deployment, row \(row["number"] as Int64): \(error)" }
    }
  }

  /// The weights that must stay in the store: what runs or is about to, and the last two of every model and environment.
  func retainedWeights(in database: Database) throws -> Set<WeightsID> {
    let rows = try Row.fetchAll(
      database,
      sql: """
        WITH newest AS (
          SELECT weights_hash, weights_kind, state, dense_rank() OVER (
            PARTITION BY model_id, environment, state ORDER BY last DESC) AS rank
          FROM (SELECT model_id, environment, weights_hash, weights_kind, max(number) AS last,
                  max(state IN ('intended', 'deployed', 'undeploying')) AS state
                FROM deployment WHERE state != 'failed' GROUP BY model_id, environment, weights_hash, weights_kind))
        SELECT DISTINCT weights_hash, weights_kind FROM newest WHERE state = 1 OR rank <= 2
        """)
    return Set(
      rows.compactMap { row in
        guard let hash = Digest(row["weights_hash"] as String), let kind = WeightsKind(rawValue: row["weights_kind"])
        else {
          return nil
        }
        return WeightsID(digest: hash, kind: kind)
      })
  }

  /// For a page of `deployment.list`, newest first, with cursors; one item more than the page takes if there are more. `after` is
  /// the number of the last row of the page before.
  func list(
    _ query: DeploymentList, in database: Database
  ) throws -> [(item: DeploymentSummary, cursor: String)] {
    var conditions = ["deployed_at IS NOT NULL"]
    var arguments: [(any DatabaseValueConvertible)?] = []
    func require(_ condition: String, _ values: (any DatabaseValueConvertible)...) {
      conditions.append(condition)
      arguments.append(contentsOf: values)
    }
    if let environment = query.environment { require("environment = ?", environment.text) }
    if let modelID = query.modelID { require("model_id = ?", modelID.text) }
    if let at = query.at {
      require("deployed_at <= ? AND (ended_at IS NULL OR ended_at > ?)", at.microseconds, at.microseconds)
    } else if !query.history {
      require("state IN ('deployed', 'undeploying')")
    }
    if let after = query.after {
      guard let number = Int64(after) else { throw FieldError("body.after", "is not the next of a page") }
      require("number < ?", number)
    }
    let sql =
      "SELECT * FROM deployment WHERE \(conditions.joined(separator: " AND ")) ORDER BY number DESC LIMIT \(query.limit + 1)"
    let rows = try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments))
      .compactMap { try? DeploymentRow(row: $0) }
    return rows.compactMap { row in row.summary.map { ($0, String(row.number)) } }
  }
}
