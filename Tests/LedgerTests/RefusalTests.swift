import GRDB
import Signing
import Storage
import Testing
import Wire

@testable import Ledger
import MerkleLog

@Suite struct RefusalTests {
  private let scratch: ScratchLedger
  private let recorder: RefusalRecorder

  init() throws {
    scratch = try ScratchLedger()
    recorder = RefusalRecorder(ledger: scratch.ledger, database: scratch.database)
  }

  private func refuse(_ principal: String, at time: Timestamp = start) async throws {
    try await recorder.record(
      RefusedRequest(
        principal: principal, kind: "model.deploy", code: "denied", reason: "quorum 1 of 2",
        requestDigest: Digest(hashing: []), peerUID: 1002),
      at: time)
  }

  private func entries(_ event: EvidenceEvent) throws -> [JSONObject] {
    try scratch.texts.compactMap { text in
      let entry = try StrictJSON.parse(Array(text.utf8)).object
      return entry?["event"]?.string == event.rawValue ? entry?["data"]?.object : nil
    }
  }

  @Test func aRefusalSaysWhoWantedWhatAndWhyNot() async throws {
    try await refuse("ci")
    let expected: JSONObject = [
      "principal": "ci", "kind": "model.deploy", "code": "denied", "reason": "quorum 1 of 2",
      "request_digest": JSONValue(Digest(hashing: []).description), "peer_uid": 1002,
    ]
    #expect(try entries(.requestRefused) == [expected])
  }

  @Test func aRefusalNamesTheModelThatItWasAbout() async throws {
    let refusal = RefusedRequest(
      principal: "ci", kind: "model.deploy", code: "denied", reason: "quorum 1 of 2",
      model: ModelID(checked: "iris"), environment: EnvironmentName(checked: "production"),
      requestDigest: Digest(hashing: []))
    try await recorder.record(refusal, at: start)
    let data = try #require(try entries(.requestRefused).first)
    #expect(data["model_id"] == "iris" && data["environment"] == "production" && data.members.last?.key == "peer_uid")
  }

  @Test func beyondTenAMinuteRefusalsBecomeOneAggregate() async throws {
    for _ in 0..<35 { try await refuse("noisy") }
    try await refuse("quiet")
    #expect(try entries(.requestRefused).count == 11)
    #expect(try entries(.requestsRefusedAggregate).isEmpty)
    try await recorder.flush(at: start.adding(seconds: 60))
    let expected: JSONObject = ["principal": "noisy", "minute": JSONValue(start.attestationText), "count": 25]
    #expect(try entries(.requestsRefusedAggregate) == [expected])
    try await recorder.flush(at: start.adding(seconds: 120))
    #expect(try entries(.requestsRefusedAggregate).count == 1)
  }

  @Test func theNextMinuteHasItsOwnTen() async throws {
    for _ in 0..<12 { try await refuse("noisy") }
    for _ in 0..<12 { try await refuse("noisy", at: start.adding(seconds: 60)) }
    #expect(try entries(.requestRefused).count == 20)
    #expect(try entries(.requestsRefusedAggregate).map { $0["count"]?.int } == [2])
  }

  @Test func whatCouldNotBeWrittenIsToldLater() async throws {
    let full = "CREATE TRIGGER full BEFORE INSERT ON evidence BEGIN SELECT raise(ABORT, 'no room'); END"
    try await scratch.database.commit { try $0.execute(sql: full) }
    await #expect(throws: StorageError.self) { try await refuse("ci") }
    try await scratch.database.commit { try $0.execute(sql: "DROP TRIGGER full") }
    try await recorder.flush(at: start.adding(seconds: 60))
    #expect(try entries(.requestsRefusedAggregate).map { $0["count"]?.int } == [1])
  }

  @Test func unauthenticatedRequestsAreCountedAndNotWritten() async throws {
    for _ in 0..<500 { await recorder.countUnauthenticated(at: start) }
    let counts = await recorder.unauthenticatedCounts(at: start.adding(seconds: 60))
    #expect(counts.lastMinute == 500)
    #expect(counts.total == 500)
    #expect(await recorder.unauthenticatedCounts(at: start.adding(seconds: 180)).lastMinute == 0)
    #expect(try scratch.texts.isEmpty)
  }

  @Test func memoryIsBoundedWhateverTheNumberOfPrincipals() {
    var rate = RefusalRate()
    for number in 0..<5000 { _ = rate.admit("principal-\(number)", at: start) }
    let aggregates = rate.takeFinished(at: start.adding(seconds: 60))
    #expect(aggregates == [RefusalAggregate(principal: nil, minute: start, count: 5000 - RefusalRate.principalLimit)])
    rate.putBack((0..<5000).map { RefusalAggregate(principal: "p", minute: start, count: $0) })
    #expect(rate.takeFinished(at: start.adding(seconds: 60)).count == RefusalRate.principalLimit)
  }
}
