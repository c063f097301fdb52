import TestSupport
import Testing
import Wire

/// What somebody may ask a bridge, who means it no good. Nothing that was sent comes back.
@Suite(.serialized, .runningBridge) struct BridgeQueryAttackTests {
  private static let mark = "zq7x"
  let stage: BridgeStage
  private var http: HTTPCaller { stage.bridge.http }

  init() throws { stage = try BridgeStage() }

  @Test(
    "A handle or DID of another registry is refused, and never answered as ours",
    arguments: [
      "@other/steady", "@other:models/steady", "@my-models.evil/steady", "did:web:evil.example:agents:models:steady",
      "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "did:web:localhost%253A8370.evil.example:steady",
      "urn:my-models:steady", "@", "@my-models/", "@/steady", "did:", "did:web:", "did:web:localhost%253A8370:",
    ])
  func foreignIdentifiers(identifier: String) throws {
    let answer = try http.get("/nanda/resolve?agent=\(identifier)")
    #expect(answer.status == 400, "\(identifier): \(answer.text)")
  }

  @Test(
    "A malformed identifier is nobody's",
    arguments: [
      "..", "../steady", "steady/../secret", "%00", "steady%00", "%ff%fe", "%C0%AF", "steady%0d%0aSet-Cookie:%20a=b",
      "@my-models:models/..", "@my-models:models/steady/", "@my-models::models/steady", "%F0%9F%92%A9",
      "'%20OR%201=1--",
      "<script>alert(1)</script>", "did:web:localhost%253A8370:agents:models", "$%7Bjndi%7D", "%2e%2e%2f",
      "steady&agent=", "did:web:localhost%253A8370:agents:other:steady", "steady%20", "%20steady", "STEADY",
    ])
  func malformedIdentifiers(identifier: String) throws {
    let answer = try http.get("/nanda/resolve?agent=\(identifier)")
    #expect([400, 404, 422].contains(answer.status), "\(identifier): \(answer.status)")
    expectPlain(answer)
  }

  @Test(
    "Every spelling of an agent of ours finds it",
    arguments: [
      "steady", "@steady", "@my-models/steady", "@my-models:models/steady", "%40my-models%3Amodels%2Fsteady",
      "did:web:localhost%253A8370:agents:models:steady",
    ])
  func ownIdentifiers(identifier: String) throws {
    let answer = try http.get("/nanda/resolve?agent=\(identifier)")
    #expect(answer.status == 200, "\(identifier): \(answer.text.prefix(100))")
  }

  @Test("A private model is refused by 403, and stands in no list")
  func privateModel() throws {
    #expect(try http.get("/nanda/resolve?agent=secret").status == 403)
    for path in ["/nanda/index", "/nanda/deltas"] { #expect(!(try http.get(path).text.contains("secret"))) }
  }

  @Test(
    "A limit, offset or cursor out of its range is refused by 422",
    arguments: [
      "index?limit=0", "index?limit=-1", "index?limit=501", "index?limit=9223372036854775808", "index?limit=1e2",
      "index?limit=", "index?limit=%00", "index?limit=0x10", "index?offset=-1",
      "index?cursor=nonsense", "index?cursor=", "index?cursor=models/", "deltas?since=-1",
      "deltas?since=NaN", "deltas?since=", "resolve",
    ])
  func numbersOutOfRange(query: String) throws {
    let answer = try http.get("/nanda/\(query)")
    #expect(answer.status == 422, "\(query): \(answer.text)")
    expectPlain(answer)
  }

  @Test("A cursor beyond the log is refused, so that its holder hears of it")
  func cursorFromTheFuture() throws {
    for number in ["9223372036854775807", "9223372036854775808", "18446744073709551616"] {
      #expect(try http.get("/nanda/deltas?since=\(number)").status == 410)
      #expect(try http.get("/nanda/index?offset=\(number)").json()["agents"]?.array?.isEmpty == true)
    }
  }

  @Test("A query of a megabyte is refused, and costs no memory that stays")
  func hugeQuery() throws {
    let query = String(repeating: "a", count: 1 << 20)
    for _ in 0..<10 {
      let answer = try? http.get("/nanda/resolve?agent=\(query)")
      #expect(answer.map { [400, 414, 431].contains($0.status) } ?? true, "\(answer?.status ?? 0)")
    }
    let long = try http.get("/nanda/resolve?agent=" + query.prefix(4200))
    #expect(long.status == 414)
    try stage.expectSteadyIsServed()
  }

  @Test("Headers without end, or too many of them, are refused")
  func hugeHeaders() throws {
    let lines = (0..<300).map { "X-\($0): \(Self.mark)" }
    for headers in [lines, ["X-Long: " + String(repeating: "a", count: 100_000)]] {
      let answer = try? http.get("/nanda/tools", headers: headers)
      #expect(answer.map { (400..<500).contains($0.status) } ?? true)
    }
    try stage.expectSteadyIsServed()
  }

  @Test(
    "No header is injected, by whatever is in a query or a header",
    arguments: [
      "/nanda/resolve?agent=a%0d%0aX-Evil:1", "/nanda/resolve?agent=a%0aX-Evil:1", "/nanda/index?cursor=%0d%0aX-Evil:1",
      "/nanda/%0d%0aX-Evil:1",
    ])
  func headerInjection(target: String) throws {
    let answer = try http.get(target, headers: ["If-None-Match: \"a\", X-Evil: 1", "Origin: http://x-evil"])
    #expect(answer.headers["x-evil"] == nil && !answer.headers.values.contains { $0.lowercased().contains("evil") })
    expectPlain(answer)
  }

  @Test(
    "Tricks with the path lead nowhere",
    arguments: [
      "//nanda/index", "/nanda//index", "/nanda/index/", "/nanda/./index", "/nanda/../nanda/index", "/nanda/%69ndex",
      "/nanda/index%2f", "/nanda/index;x=1", "/nanda\\index", "/NANDA/index", "/%2e%2e/%2e%2e/etc/passwd",
      "/../../etc/passwd", "/nanda/index%00", "/nanda", "/.well-known", "/.well-known/../nanda/index",
      "/nanda/resolve/steady", "*",
    ])
  func pathTricks(target: String) throws {
    let answer = try http.get(target)
    #expect([400, 404].contains(answer.status), "\(target): \(answer.status)")
    #expect(!answer.text.contains("root:") && !answer.text.contains("agents"))
  }

  @Test("What changes something elsewhere is refused here: methods, and requests with a body")
  func methodsAndBodies() throws {
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"] {
      let answer = try http.send(Array("\(method) /nanda/index HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
      #expect([400, 405].contains(answer.status), "\(method): \(answer.status)")
    }
    let body = "GET /nanda/index HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    #expect(try http.send(Array(body.utf8)).status == 413)
  }

  @Test("A second request that is smuggled into the body of a first gets no answer")
  func smuggling() throws {
    let hidden = "GET /nanda/tools HTTP/1.1\r\nHost: a\r\n\r\n"
    for headers in [
      "Content-Length: \(hidden.utf8.count)", "Transfer-Encoding: chunked\r\nContent-Length: 4",
      "Transfer-Encoding: chunked",
    ] {
      let answer = try http.send(Array("GET /nanda/index HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\r\n\(hidden)".utf8))
      #expect((400..<500).contains(answer.status), "\(headers): \(answer.status)")
      #expect(!answer.text.contains("\"tools\""), "\(headers): \(answer.text)")
    }
  }

  @Test("What is no HTTP is refused, and the next client is served")
  func noHTTP() throws {
    for bytes in [[UInt8](repeating: 0, count: 4096), Array("\u{16}\u{3}\u{1}".utf8), Array("GET\r\n\r\n".utf8)] {
      let answer = try? http.send(bytes)
      #expect(answer.map { $0.status == 400 } ?? true)
    }
    try stage.expectSteadyIsServed()
  }

  @Test("Every answer says that it runs nothing, is framed by nobody, and is of the type that it says")
  func securityHeaders() throws {
    for target in ["/nanda/index", "/nanda/resolve?agent=nobody", "/nowhere", "/metrics", "/healthz"] {
      let headers = try http.get(target).headers
      #expect(headers["x-content-type-options"] == "nosniff", "\(target)")
      #expect(headers["content-security-policy"]?.contains("default-src 'none'") == true, "\(target)")
      #expect(headers["x-frame-options"] == "DENY" && headers["server"] == nil, "\(target)")
    }
  }

  @Test("A client that has an answer is not sent it again, and may keep it a minute at most")
  func validators() throws {
    for target in ["/nanda/resolve?agent=steady", "/nanda/index", "/nanda/deltas", "/.well-known/did.json"] {
      let first = try http.get(target)
      let tag = try #require(first.headers["etag"], "\(target)")
      let again = try http.get(target, headers: ["If-None-Match: \(tag)"])
      #expect(again.status == 304 && again.body.isEmpty, "\(target): \(again.status)")
      let age = first.headers["cache-control"]?.split(separator: "=").last.flatMap { Int($0) } ?? 0
      #expect((0...60).contains(age), "\(target)")
    }
  }

  private func expectPlain(_ answer: HTTPAnswer, _ location: SourceLocation = #_sourceLocation) {
    for sent in ["script", "Set-Cookie", "X-Evil", "jndi", "OR 1=1", Self.mark] {
      #expect(!answer.text.contains(sent), sourceLocation: location)
    }
  }
}
