import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// What the bridge tells while planes are away, and what followers are told of what goes.
@Suite(.serialized) struct BridgeStalenessTests {
  @Test("With the planes gone the last known facts are told as stale with their time, and never that a model may run")
  func planesAway() async throws {
    let planes = try await DaemonFixture()
    try await planes.approved(planes.approval(of: planes.trained("iris")))
    let first = try await BridgeFixture(on: planes.home)
    try await pollUntil("iris may run") { try Self.status(of: "iris", first) == "may_run" }
    #expect(try first.http.get("/healthz").status == 200)
    #expect(try await first.terminate() == 0)

    try await planes.killAll()
    let second = try await BridgeFixture(on: planes.home)
    #expect(try second.http.get("/healthz").status == 503)
    let facts = try second.http.get("/nanda/resolve?agent=iris").json()
    #expect(facts["certification"]?.isNull == true)
    #expect(facts["proof"]?.object?["status"]?.string == "NOT_VERIFIED")
    let standing = facts["metadata"]?.object?["x_model_governance"]?.object?["standing"]?.object
    #expect(standing?["status"]?.string == "stale" && standing?["stale_since"]?.string != nil)
    let index = try second.http.get("/nanda/index")
    #expect(try index.json()["total_count"]?.int == 1)
    #expect(!index.text.contains("may_run"))
    let told = try second.http.get("/nanda/deltas").json()["deltas"]?.array?.count
    #expect(told == 1, "being away is no change of an agent")

    try await planes.startAll()
    try await pollUntil("iris may run again") { try Self.status(of: "iris", second) == "may_run" }
  }

  @Test("A revocation is told though the last words on its agent, or on another one, cannot be read any more")
  func damagedWords() async throws {
    let planes = try await DaemonFixture()
    let approvals = [
      planes.approval(of: try await planes.trained("iris")), planes.approval(of: try await planes.trained("rose")),
    ]
    for approval in approvals { try await planes.approved(approval) }
    let first = try await BridgeFixture(on: planes.home)
    try await pollUntil("both are told of\n\(first.log)") { try Self.newest(first).count == 2 }
    _ = try await first.terminate()
    try SQLiteProgram.run(
      "DROP TRIGGER delta_never_updated; UPDATE delta SET document = CAST('{\"a\":\"\\u0000\"}' AS BLOB) WHERE agent = 'models/iris'",
      on: "\(BridgeFixture.folder(of: planes.home))/state.sqlite")
    for approval in approvals {
      _ = try await planes.home.caller("alice").revoke(planes.revocation(of: approval), on: .revoke)
    }
    let second = try await BridgeFixture(on: planes.home)
    try await pollUntil("both are revoked\n\(second.log)") {
      try second.http.get("/nanda/deltas").text.components(separatedBy: "\"action\":\"revoke\"").count == 3
    }
  }

  @Test(
    "A model that goes private, an agent whose model is revoked, and one that is taken out of the config are each told of"
  )
  func whatGoes() async throws {
    let planes = try await DaemonFixture()
    let leaky = try await planes.trained("leaky")
    let approval = planes.approval(of: leaky)
    try await planes.approved(approval)
    try await planes.approved(planes.approval(of: planes.trained("shy")))
    let agent = { (id: String, model: String) in "{id: \(id), name: A, description: d, model: \(model)}" }
    let first = try await BridgeFixture(
      on: planes.home, ["agents: [\(agent("helper", "leaky")), \(agent("extra", "shy"))]"])
    try await pollUntil("all four are told of\n\(first.log)") { try Self.newest(first).count == 4 }
    #expect(try first.http.get("/nanda/resolve?agent=@my-models:default/helper").status == 200)
    _ = try await first.terminate()

    let second = try await BridgeFixture(
      on: planes.home, ["private_models: [shy]", "agents: [\(agent("helper", "leaky"))]"])
    _ = try await planes.home.caller("alice").revoke(planes.revocation(of: approval), on: .revoke)
    try await pollUntil("all of it is told\n\(second.log)") {
      try Self.newest(second) == [
        "models/leaky": "revoke", "models/shy": "delete", "default/helper": "revoke", "default/extra": "delete",
      ]
    }
    #expect(try second.http.get("/nanda/index").json()["total_count"]?.int == 0)

    let told = try second.http.get("/nanda/deltas").json()["deltas"]?.array?.compactMap(\.object) ?? []
    let about = { (handle: String) in
      told.filter { $0["agent"]?.object?["handle"]?.string == "@my-models:\(handle)" }.compactMap {
        $0["agent"]?.object
      }
    }
    // The private: nothing but names, and nothing of before; so the agent that was taken out, which ran on it.
    for handle in ["models/shy", "default/extra"] {
      #expect(about(handle).count == 1, "\(handle)")
      #expect(about(handle).first?["metadata"]?.object?["x_model_governance"] == nil, "\(handle)")
    }
    // The revoked: by the serving plane's own signed no.
    for handle in ["models/leaky", "default/helper"] {
      let (facts, proof) = (about(handle).last, about(handle).last?["proof"]?.object)
      let governance = facts?["metadata"]?.object?["x_model_governance"]?.object
      #expect(proof?["status"]?.string == "FAILED" && proof?["evidence_ref"]?.string != nil, "\(handle)")
      #expect(governance?["standing"]?.object?["status"]?.string == "may_not_run", "\(handle)")
      #expect(governance?["standing"]?.object?["reason"]?.string?.contains("revocation") == true, "\(handle)")
      #expect(facts?["certification"]?.isNull == true, "\(handle)")
      #expect(facts?["endpoints"]?.object?["static"]?.array?.isEmpty == true, "\(handle)")
    }
  }

  @Test("A registry that takes another name tells its followers to begin again, and nothing of its former agents")
  func anotherName() async throws {
    let planes = try await DaemonFixture()
    try await planes.approved(planes.approval(of: planes.trained("iris")))
    let first = try await BridgeFixture(on: planes.home)
    try await pollUntil("iris is told of") { try Self.newest(first) == ["models/iris": "upsert"] }
    let cursor = try #require(try first.http.get("/nanda/deltas").json()["next_seq"]?.int)
    _ = try await first.terminate()

    let second = try await BridgeFixture(on: planes.home, ["registry_id: other"])
    try await pollUntil("iris is told of by its new name") {
      try second.http.get("/nanda/deltas").text.contains("@other:models/iris")
    }
    #expect(try second.http.get("/nanda/deltas?since=\(cursor)").status == 410)
    #expect(!(try second.http.get("/nanda/deltas").text.contains("@my-models")))
    #expect(second.log.contains("begins anew"))
  }

  @Test("A new bridge that governance never answered says that it knows nothing, and not that there is nobody")
  func nothingIsKnown() async throws {
    let home = try await PlanesHome()
    let bridge = try await BridgeFixture(on: home)
    for path in ["index", "resolve?agent=iris", "deltas", "deltas?since=5"] {
      let answer = try bridge.http.get("/nanda/\(path)")
      #expect(answer.status == 503 && answer.headers["retry-after"] != nil, "\(path): \(answer.status)")
      #expect(try answer.json()["detail"]?.string != nil, "\(path)")
    }
    let health = try bridge.http.get("/healthz")
    #expect(try health.status == 503 && health.json()["known_at"]?.isNull == true)
    let planes = try await DaemonFixture(on: home)
    try await pollUntil("nobody is known to be listed") { try bridge.http.get("/nanda/index").status == 200 }
    #expect(try bridge.http.get("/nanda/resolve?agent=iris").status == 404)
    #expect(try bridge.http.get("/healthz").json()["known_at"]?.string != nil)
    withExtendedLifetime(planes) {}
  }

  @Test("What was made private, or taken out, while governance is away is told of by nobody who remembers it")
  func privateWithoutGovernance() async throws {
    let planes = try await DaemonFixture()
    for model in ["open", "shy"] { try await planes.approved(planes.approval(of: planes.trained(model))) }
    let extra = "agents: [{id: extra, name: A, description: d, model: open}]"
    let first = try await BridgeFixture(on: planes.home, [extra])
    try await pollUntil("all are told of\n\(first.log)") { try Self.newest(first).count == 3 }
    _ = try await first.terminate()
    try await planes.killAll()

    let second = try await BridgeFixture(on: planes.home, ["private_models: [shy]", "agents: []"])
    let index = try second.http.get("/nanda/index")
    #expect(try index.json()["total_count"]?.int == 1)
    #expect(!index.text.contains("shy") && !index.text.contains("extra"))
    #expect(try second.http.get("/nanda/resolve?agent=shy").status == 403)
    #expect(try second.http.get("/nanda/resolve?agent=extra").status == 404)
    #expect(
      try Self.newest(second) == ["models/open": "upsert", "models/shy": "delete", "default/extra": "delete"])
  }

  @Test("A bridge whose database takes nothing says so, still answers by what the planes say, and tells it later")
  func failingDatabase() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    try await pollUntil("it is well") { try bridge.http.get("/healthz").status == 200 }
    let database = "\(BridgeFixture.folder(of: planes.home))/state.sqlite"
    try SQLiteProgram.run(
      "CREATE TRIGGER full BEFORE INSERT ON delta BEGIN SELECT raise(ABORT, 'full'); END;", on: database)
    try await planes.approved(planes.approval(of: planes.trained("iris")))
    try await pollUntil("it is not well") { try bridge.http.get("/healthz").status == 503 }
    try await pollUntil("iris is found") { try Self.status(of: "iris", bridge) == "may_run" }
    #expect(try Self.newest(bridge).isEmpty)
    try SQLiteProgram.run("DROP TRIGGER full;", on: database)
    try await pollUntil("iris is told of") { try Self.newest(bridge) == ["models/iris": "upsert"] }
    try await pollUntil("it is well again") { try bridge.http.get("/healthz").status == 200 }
  }

  @Test("A bridge that cannot write that a model went private does not start, and so tells nothing of it")
  func privacyThatCannotBeWritten() async throws {
    let planes = try await DaemonFixture()
    try await planes.approved(planes.approval(of: planes.trained("shy")))
    let first = try await BridgeFixture(on: planes.home)
    try await pollUntil("shy is told of") { try Self.newest(first) == ["models/shy": "upsert"] }
    _ = try await first.terminate()
    try SQLiteProgram.run(
      "CREATE TRIGGER full BEFORE INSERT ON delta BEGIN SELECT raise(ABORT, 'full'); END;",
      on: "\(BridgeFixture.folder(of: planes.home))/state.sqlite")
    let said = try await BridgeFixture.refusal(on: planes.home, ["private_models: [shy]"])
    #expect(said.contains("the database failed"), "\(said)")
  }

  @Test("A million changes are read page by page, and none is missing")
  func aMillionChanges() async throws {
    let planes = try await DaemonFixture()
    let kept = "kept_deltas: 2000000"
    let first = try await BridgeFixture(on: planes.home, [kept])
    _ = try await first.terminate()
    try SQLiteProgram.run(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 2 FROM n WHERE i < 1999999)
      INSERT INTO delta SELECT i, 'models/m' || (i % 1000), 'upsert', 0, CAST('{"id":"x"}' AS BLOB) FROM n;
      UPDATE delta_extent SET count = 1000000;
      """, on: "\(BridgeFixture.folder(of: planes.home))/state.sqlite")
    let bridge = try await BridgeFixture(on: planes.home, [kept])
    // From the beginning, from the middle, and up to the end.
    for start in [0, 1_000_000, 1_989_999] {
      var since = start
      for _ in 0..<12 {
        let page = try bridge.http.get("/nanda/deltas?since=\(since)").json()
        let seen = (page["deltas"]?.array ?? []).compactMap { $0.object?["seq"]?.int }
        let first = since + 1 + since % 2
        #expect(seen == Array(stride(from: first, to: min(first + 1000, 2_000_000), by: 2)), "since \(since)")
        since = page["next_seq"]?.int ?? Int.max
      }
    }
    #expect(try bridge.http.get("/nanda/deltas?since=2000000").json()["deltas"]?.array?.isEmpty == true)
    #expect(bridge.isRunning)
  }

  private static func status(of model: String, _ bridge: BridgeFixture) throws -> String? {
    let facts = try? bridge.http.get("/nanda/resolve?agent=\(model)").json()
    return facts?["metadata"]?.object?["x_model_governance"]?.object?["standing"]?.object?["status"]?.string
  }

  /// The newest word on each agent, by its key.
  private static func newest(_ bridge: BridgeFixture) throws -> [String: String] {
    var newest: [String: String] = [:]
    for delta in try bridge.http.get("/nanda/deltas").json()["deltas"]?.array ?? [] {
      guard let handle = delta.object?["agent"]?.object?["handle"]?.string else { continue }
      newest[String(handle.dropFirst("@my-models:".count))] = delta.object?["action"]?.string
    }
    return newest
  }
}
