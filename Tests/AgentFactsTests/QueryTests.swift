import TestSupport
import Testing
import Wire

@testable import AgentFacts

/// Limits, offsets and cursors, read as `sm-bridge` 0.8.0 reads them; the tests of the wire ask it itself.
@Suite struct QueryTests {
  private func index(_ query: String) throws -> IndexQuery { try IndexQuery(QueryParameters(query: query)) }
  private func deltas(_ query: String) throws -> DeltaQuery { try DeltaQuery(QueryParameters(query: query)) }

  @Test(arguments: [
    "", "%20", "x", "true", "5.5", "5.", ".5", "5e0", "0x5", "_1", "1_", "1__0", "%2B-5", "--5", "%D9%A5", "%00", "%ff",
    "1 0",
    "5;offset=3", "NaN", "1e400",
  ]) func whatIsNoWholeNumberIsInvalid(text: String) {
    #expect(throws: QueryRefusal.invalid([.notInteger("limit")])) { try index("limit=\(text)") }
    #expect(throws: QueryRefusal.invalid([.notInteger("since")])) { try deltas("since=\(text)") }
  }

  @Test(arguments: ["0", "-1", "-0", "-0.0", "-9223372036854775809"]) func aLimitBelowOneIsInvalid(text: String) {
    #expect(throws: QueryRefusal.invalid([.below("limit", minimum: 1)])) { try index("limit=\(text)") }
  }

  @Test(arguments: ["501", "9223372036854775807", "9223372036854775808", "99999999999999999999999"])
  func aLimitAbove500IsInvalid(text: String) {
    #expect(throws: QueryRefusal.invalid([.above("limit", maximum: 500)])) { try index("limit=\(text)") }
  }

  @Test func everythingThatIsWrongIsToldAtOnce() {
    #expect(
      throws: QueryRefusal.invalid([
        .above("limit", maximum: 500), .below("offset", minimum: 0), .unknownCursor("cursor"),
      ])
    ) { try index("limit=501&offset=-1&cursor=x") }
  }

  @Test(arguments: ["cursor=", "cursor=a1", "cursor=/a1", "cursor=models/", "cursor=models/%00", "cursor=a%20b/c"])
  func aCursorThatWasNeverGivenOutIsInvalid(query: String) {
    #expect(throws: QueryRefusal.invalid([.unknownCursor("cursor")])) { try index(query) }
  }

  @Test func aQueryOfAMegabyteIsTooLong() {
    #expect(throws: QueryRefusal.tooLong) { try index("limit=" + String(repeating: "1", count: 1 << 20)) }
  }

  @Test(arguments: [
    "limit=%205", "limit=5%20", "limit=+5", "limit=%2B5", "limit=05", "limit=5.0", "limit=x&limit=5", "%6cimit=5",
  ])
  func aWholeNumberIsReadHoweverPydanticReadsIt(query: String) throws {
    #expect(try index(query).limit == 5)
  }

  @Test func aCursorLargerThanAnyNumberIsTheLargest() throws {
    #expect(try deltas("since=9223372036854775808").since == Int.max)
    #expect(try deltas("since=1_0").since == 10)
    #expect(try deltas("").since == 0)
  }

  @Test func aPageIsTheFirst100AgentsUnlessAskedOtherwise() throws {
    #expect(try index("") == index("limit=100&offset=0"))
    #expect(try index("cursor=models%2Facme/risk:v2&limit=500").cursor?.id.text == "acme/risk:v2")
  }

  @Test func aRefusalHasSmBridgesStatusAndBody() {
    let invalid = QueryRefusal.invalid([.below("limit", minimum: 1), .notInteger("offset")])
    let body =
      #"{"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1","ctx":{"ge":1}},{"type":"int_parsing","loc":["query","offset"],"msg":"Input should be a valid integer, unable to parse string as an integer"}]}"#
    #expect(invalid.status == 422)
    #expect(JSONValue.object(invalid.fields).jsonText == body)
    #expect([QueryRefusal.foreign, .notPublic, .notFound].map(\.status) == [400, 403, 404])
    #expect(QueryRefusal.notFound.fields == ["detail": "Agent not found"])
    #expect(QueryRefusal.notPublic.fields == ["detail": "Agent is not public"])
    #expect(QueryRefusal.foreign.fields == ["detail": "Agent identifier is not scoped to this registry"])
  }

  @Test func whateverIsAskedIsReadOrRefused() throws {
    let registry = try Registry(id: RegistryID(checked: "r"), providerName: "P", providerURL: "https://h")
    var random = SeededGenerator()
    let pieces = [
      "agent=", "limit=", "cursor=", "@r:models/", "did:web:h:agents:", "%", "%2", "%00", "%ff", "&", ":", "/", "+",
      "_", "9", "é", "\u{0}",
    ]
    for _ in 0..<2000 {
      let query = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let parameters = try QueryParameters(query: query)
      if let reference = try? AgentReference(parameters, in: registry) {
        #expect(AgentID(reference.id.text) != nil, "\(query), seed \(random.seed)")
      }
      if let index = try? IndexQuery(parameters) {
        #expect(IndexQuery.limits.contains(index.limit) && index.offset >= 0, "\(query), seed \(random.seed)")
      }
    }
  }
}
