import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Counts, in the databases of planes that have ended, what clients were told and what is there.
struct Audit {
  private let planes: DaemonFixture
  private let records: [Role: DatabaseCopy]

  /// Waits until everything is delivered, and then ends all planes.
  init(of planes: DaemonFixture) async throws {
    self.planes = planes
    let anyone = try planes.home.caller("bridge")
    for plane in PlanesHome.planes {
      try await pollUntil("\(plane.planeName) has delivered everything") {
        try await anyone.status(of: plane).counters["outbox_pending"] == 0
      }
    }
    try await planes.killAll()
    records = try PlanesHome.planes.reduce(into: [:]) { $0[$1] = try DatabaseCopy(of: $1, in: planes.home) }
  }

  func expectEverything(_ journeys: [Journey]) async throws {
    for plane in PlanesHome.planes { try expectSound(record(plane), plane) }
    try expectNothingTwice()
    for journey in journeys {
      for (step, receipt) in await journey.receipts { try expectKept(receipt, of: step, journey.model) }
    }
  }

  private func record(_ plane: Role) throws -> DatabaseCopy { try #require(records[plane]) }

  private func expectSound(_ record: DatabaseCopy, _ plane: Role) throws {
    #expect(try record.texts("PRAGMA integrity_check") == ["ok"], "\(plane.planeName)")
    #expect(try record.texts("PRAGMA foreign_key_check") == [], "\(plane.planeName)")
    let (entries, last) = ("SELECT count(*) FROM evidence", "SELECT max(entry_index) + 1 FROM evidence")
    #expect(try record.count(entries) == record.count(last), "\(plane.planeName): evidence has a gap")
    #expect(try record.auditedEntries(of: plane, under: planes.home.root) == record.count(entries))
    #expect(try record.count("SELECT count(*) FROM outbox") == 0, "\(plane.planeName): something was parked")
  }

  /// One entry and one row an effect, however often it was asked for.
  private func expectNothingTwice() throws {
    let once: [(Role, [String])] = [
      (.training, ["training_completed"]),
      (.governance, ["training_received", "approval_proposed", "model_approved", "model_approval_revoked"]),
      (.serving, ["model_deployment", "model_undeployed", "model_approval_revoked"]),
    ]
    for (plane, events) in once {
      let list = events.map { "'\($0)'" }.joined(separator: ", ")
      let sql = """
        SELECT event || ' ' || attestation_digest FROM evidence WHERE event IN (\(list))
        GROUP BY event, attestation_digest HAVING count(*) > 1
        """
      #expect(try record(plane).texts(sql) == [], "recorded twice by \(plane.planeName)")
    }
    let signatures = """
      SELECT approval_digest FROM approval_signature GROUP BY approval_digest HAVING count(*) <> 2
      """
    #expect(try record(.governance).texts(signatures) == [])
    try expectOneDeploymentEach()
  }

  private func expectOneDeploymentEach() throws {
    let serving = try record(.serving)
    let twice =
      "SELECT approval_id FROM deployment WHERE promotion IS NOT NULL GROUP BY approval_id HAVING count(*) > 1"
    #expect(try serving.texts(twice) == [], "deployed twice")
    let open = "SELECT count(*) FROM deployment WHERE state IN ('intended', 'undeploying')"
    #expect(try serving.count(open) == 0, "left half-done")
    let promoted = "SELECT count(*) FROM deployment WHERE promotion IS NOT NULL"
    let recorded = "SELECT count(*) FROM evidence WHERE event = 'model_deployment'"
    #expect(try serving.count(promoted) == serving.count(recorded))
  }

  /// What was answered is there, the same bytes.
  private func expectKept(_ receipt: StepReceipt, of step: Step, _ model: ModelID) throws {
    let digest = receipt.digest.description
    let kept: [UInt8]? =
      switch step {
      case .submit: try payload(of: "SELECT envelope FROM training_output WHERE digest = ?", digest, .training)
      case .propose, .sign: try record(.governance).bytes("SELECT payload FROM approval WHERE digest = ?", digest)
      case .deploy: try promotion(receipt.digest, of: model)
      case .revoke, .revokeAtServing:
        try payload(of: "SELECT envelope FROM tombstone WHERE digest = ?", digest, .serving)
      }
    #expect(kept == receipt.payload, "\(step.rawValue) of \(model) was answered as \(digest)")
    guard step != .deploy else { return }
    let tables: [Step: String] = [.submit: "training_output", .propose: "approval", .sign: "approval"]
    let there = "SELECT count(*) FROM \(tables[step] ?? "tombstone") WHERE digest = ?"
    #expect(try record(.governance).count(there, digest) == 1, "\(step.rawValue) of \(model) at governance")
    #expect(try record(.serving).count(there, digest) == 1, "\(step.rawValue) of \(model) at serving")
  }

  private func payload(of sql: String, _ argument: String, _ plane: Role) throws -> [UInt8]? {
    try record(plane).bytes(sql, argument).map(Self.payload)
  }

  private func promotion(_ digest: Digest, of model: ModelID) throws -> [UInt8]? {
    let sql = "SELECT hex(promotion) FROM deployment WHERE model_id = ? AND promotion IS NOT NULL"
    let envelopes = try record(.serving).texts(sql, model.text).compactMap { Hex.decode($0.lowercased()) }
    return try envelopes.map(Self.payload).first { Digest(hashing: $0) == digest }
  }

  private static func payload(of envelope: [UInt8]) throws -> [UInt8] {
    try UnverifiedEnvelope(parsing: envelope, maximumPayload: AttestationFormat.maximumPayload).payload
  }
}
