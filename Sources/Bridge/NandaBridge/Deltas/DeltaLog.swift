import AgentFacts
import FoundationEssentials
import GRDB
import Signing
import Storage
import Wire

/// What becomes of an agent, to be told to those who follow the registry.
struct AgentChange: Sendable {
  let key: AgentKey
  let document: AgentDocument
  let told: ToldAgent
}

/// What was last told of an agent.
struct ToldAgent: Sendable, Equatable {
  /// That it is gone, in a document that says no more than its names. What was told of it before is told to nobody any more.
  static let withheld = ToldAgent(action: .delete, fingerprint: Digest(hashing: []), basis: Digest(hashing: []))

  let action: DeltaAction
  /// Of what the document says apart from what is new with every decision: a document with another one is news.
  let fingerprint: Digest
  /// What it rests on besides the serving plane's decisions.
  let basis: Digest

  /// Whether it was told of as listed, and rests on this.
  func stands(on basis: Digest) -> Bool { action == .upsert && self.basis == basis }
}

/// The changes of the list of agents, in a sequence that survives restarts and only grows.
///
/// Sequence numbers are odd. A client that follows by the highest `seq` it has seen and one that sends `next_seq`, which is one more, back
/// as `since` then both miss nothing, although `since` is exclusive.
///
/// They go by the clock, in half microseconds since 1970, where that is ahead of the last one. So a log that was lost, or taken back to an
/// older copy, never gives a number out for a second time, and who follows by one that it does not know any more is told so.
struct DeltaLog: Sendable {
  static let step = 2
  /// In one answer.
  private static let pageCount = 500
  private static let pageBytes = 512 << 10
  /// In one transaction.
  private static let batch = 500
  /// 2100-01-01. A clock beyond it is not gone by: numbers could never go back.
  private static let latestBelieved = Timestamp(microseconds: 4_102_444_800_000_000)

  let database: PlaneDatabase
  /// How many deltas are kept, or twice as many as agents are listed.
  let kept: Int
  private let opening = DeltaOpening()

  /// What was last told of every agent that is still on record.
  func told() async throws -> [AgentKey: ToldAgent] {
    try await database.read { database in
      var told: [AgentKey: ToldAgent] = [:]
      let rows = try Row.fetchCursor(database, sql: "SELECT agent, action, fingerprint, basis FROM agent")
      while let row = try rows.next() {
        guard let key = AgentKey(row[0]), let action = DeltaAction(rawValue: row[1]),
          let fingerprint = Digest(bytes: [UInt8](row[2] as Data)), let basis = Digest(bytes: [UInt8](row[3] as Data))
        else { throw StorageError.corrupt("table agent holds what is no agent") }
        told[key] = ToldAgent(action: action, fingerprint: fingerprint, basis: basis)
      }
      return told
    }
  }

  /// What was last told of an agent, as it was told.
  func lastWord(on key: AgentKey) async throws -> AgentDocument? {
    try await database.read { database in
      let sql = "SELECT document FROM agent JOIN delta USING (seq) WHERE agent.agent = ?"
      return try Data.fetchOne(database, sql: sql, arguments: [key.text]).map {
        AgentDocument(key: key, json: [UInt8]($0))
      }
    }
  }

  /// Adds changes at the end.
  func append(_ changes: [AgentChange], at now: Timestamp) async throws {
    var rest = changes[...]
    while !rest.isEmpty {
      let batch = rest.prefix(Self.batch)
      rest = rest.dropFirst(Self.batch)
      try await database.commit { [self] database in
        for change in batch { try insert(change, at: now, in: database) }
        try database.execute(sql: "UPDATE delta_extent SET count = count + ?", arguments: [batch.count])
        try forgetOldest(at: now, in: database)
      }
    }
  }

  private func insert(_ change: AgentChange, at now: Timestamp, in database: Database) throws {
    let seq = try next(at: now, in: database)
    try database.cachedStatement(sql: "INSERT INTO delta VALUES (?, ?, ?, ?, ?)").execute(
      arguments: [seq, change.key.text, change.told.action.rawValue, now.microseconds, Data(change.document.json)])
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO agent VALUES (?, ?, ?, ?, ?)").execute(
      arguments: [
        change.key.text, seq, change.told.action.rawValue, Data(change.told.fingerprint.bytes),
        Data(change.told.basis.bytes),
      ])
    guard change.told == .withheld else { return }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO withheld VALUES (?, ?)").execute(
      arguments: [change.key.text, seq])
  }

  /// The number of what comes now; odd. While the clock is behind the last one, the first of an opening leaves a gap that no other copy of
  /// this log would leave. Below 2^53 until 2112, so that every JSON reader takes it for what it is.
  func next(at now: Timestamp, in database: Database) throws -> Int {
    let last = try Self.last(in: database) ?? -1
    let clock = now < Self.latestBelieved ? Self.step * Int(now.microseconds) + 1 : 0
    return max(last + Self.step + opening.gap(after: last), clock)
  }

  /// The newest number, also where nothing is kept any more; nil for a log that never told of anything.
  static func last(in database: Database) throws -> Int? {
    try Int.fetchOne(
      database.cachedStatement(
        sql: "SELECT coalesce(max(seq), (SELECT horizon FROM delta_extent WHERE horizon > 0)) FROM delta"))
  }
}

// What followers read.
extension DeltaLog {
  /// The changes after `since`, as many as one answer holds.
  ///
  /// From 0, the newest word on every listed agent is among them, whatever else is not kept any more.
  /// - Throws: `QueryRefusal.outOfStep` for a client that would miss something, or comes from another log.
  func page(after since: Int) async throws -> DeltaPage {
    try await database.read { database in
      let last = try Self.last(in: database) ?? -1
      guard since <= last + 1 else {
        throw QueryRefusal.outOfStep("this registry has not told of so many changes; begin again with since=0")
      }
      let horizon = try Int.fetchOne(database, sql: "SELECT horizon FROM delta_extent") ?? 0
      guard since == 0 || since >= horizon else {
        throw QueryRefusal.outOfStep(
          "changes after this one are not kept any more; begin again with since=0 and an empty store")
      }
      guard try since == 0 || (horizon > 0 && since <= horizon + 1) || Self.knows(since, in: database) else {
        throw QueryRefusal.outOfStep(
          "this registry never told of such a change, or has lost it; begin again with since=0 and an empty store")
      }
      return try Self.read(after: since, last: last, in: database)
    }
  }

  /// Whether a cursor stands at a change that is kept: at its number, or one beside it.
  private static func knows(_ since: Int, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM delta WHERE seq BETWEEN ? - 1 AND ? + 1)"),
      arguments: [since, since]) ?? false
  }

  private static func read(after since: Int, last: Int, in database: Database) throws -> DeltaPage {
    var deltas: [AgentDelta] = []
    var bytes = 0
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT delta.seq, delta.agent, action, recorded_at, document FROM delta LEFT JOIN withheld USING (agent)
          WHERE delta.seq > ? AND delta.seq >= ifnull(withheld.seq, 0) ORDER BY delta.seq
          """),
      arguments: [since])
    while deltas.count < pageCount, bytes < pageBytes, let row = try rows.next() {
      guard let key = AgentKey(row[1]), let action = DeltaAction(rawValue: row[2]) else {
        throw StorageError.corrupt("table delta holds what is no delta")
      }
      let document = AgentDocument(key: key, json: [UInt8](row[4] as Data))
      bytes += document.json.count
      deltas.append(
        AgentDelta(sequence: row[0], action: action, recordedAt: Timestamp(microseconds: row[3]), agent: document))
    }
    return DeltaPage(deltas: deltas, next: (deltas.last?.sequence ?? last) + 1)
  }
}

/// What one answer holds.
struct DeltaPage: Sendable {
  let deltas: [AgentDelta]
  /// What to send as `since` for what follows.
  let next: Int
}
