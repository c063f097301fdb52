import PlaneContract
import TestSupport
import Testing
import Wire

/// A model's life as the NANDA network hears of it, with the real planes and the real bridge.
@Suite(.serialized) struct BridgeJourneyTests {
  @Test("An approved model is found, resolved and certified; revoked it is gone, and followers are told in sequence")
  func lifeOfAModel() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    #expect(try bridge.http.get("/nanda/index").json()["total_count"]?.int == 0)

    let model = try await planes.trained("iris")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await planes.home.caller("ci").deploy(model.id, weights: model.path)
    let certified: JSONObject = try await pollUntil("iris is certified\n\(bridge.log)") {
      let agent = try bridge.http.get("/nanda/resolve?agent=iris")
      guard agent.status == 200, let fields = try? agent.json(), fields["certification"]?.isNull == false else {
        return nil
      }
      return fields
    }
    #expect(certified["handle"]?.string == "@my-models:models/iris")
    #expect(certified["proof"]?.object?["status"]?.string == "VERIFIED")
    let page = try bridge.http.get("/nanda/index").json()
    #expect(page["agents"]?.array?.count == 1 && page["total_count"]?.int == 1)

    _ = try await planes.home.caller("alice").revoke(planes.revocation(of: approval))
    try await pollUntil("iris is not listed any more") {
      try bridge.http.get("/nanda/index").json()["total_count"]?.int == 0
    }
    #expect(try bridge.http.get("/nanda/resolve?agent=iris").status == 404)
    let told = try bridge.http.get("/nanda/deltas?since=0").json()
    let deltas = (told["deltas"]?.array ?? []).compactMap(\.object)
    #expect(deltas.first?["action"]?.string == "upsert" && deltas.last?["action"]?.string == "revoke")
    #expect(deltas.last?["agent"]?.object?["certification"]?.isNull == true)
  }

  @Test("The sequence of changes goes on after a restart, and nothing is told twice")
  func sequenceSurvivesARestart() async throws {
    let planes = try await DaemonFixture()
    try await planes.approved(planes.approval(of: planes.trained("first")))
    let before = try await BridgeFixture(on: planes.home)
    let told: JSONObject = try await pollUntil("first is told of as running") {
      let told = try before.http.get("/nanda/deltas").json()
      let last = told["deltas"]?.array?.last?.object?["agent"]?.object
      return last?["certification"]?.isNull == false ? told : nil
    }
    let cursor = try #require(told["next_seq"]?.int)
    #expect(try await before.terminate() == 0)

    let after = try await BridgeFixture(on: planes.home)
    #expect(try after.http.get("/nanda/deltas?since=\(cursor)").json()["deltas"]?.array?.isEmpty == true)
    try await planes.approved(planes.approval(of: planes.trained("second")))
    try await pollUntil("second is told of") {
      let news = try after.http.get("/nanda/deltas?since=\(cursor)").json()["deltas"]?.array ?? []
      let sequences = news.compactMap { $0.object?["seq"]?.int }
      return sequences.first.map { $0 > cursor } ?? false
    }
  }
}
