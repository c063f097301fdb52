import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// The pages of the real bridge, and who would make them say or take more than they should.
@Suite(.serialized) struct PageAttackTests {
  private static let boundary = "xBoundaryx"

  private static func form(_ content: [UInt8], fileName: String = "iris.json") -> [UInt8] {
    let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"bundle\"; filename=\"\(fileName)\"\r\n\r\n"
    return Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8)
  }

  private static func head(_ headers: [String], to target: String = "/verify") -> [UInt8] {
    let lines = ["POST \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  private static let type = "Content-Type: multipart/form-data; boundary=\(boundary)"

  private static func post(_ content: [UInt8], fileName: String = "iris.json") -> [UInt8] {
    let body = form(content, fileName: fileName)
    return head([type, "Content-Length: \(body.count)"]) + body
  }

  @Test("Whoever sends something else, elsewhere, or from another site's page is told so before it is read")
  func uploadsThatAreNone() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let length = "Content-Length: 10"
    for (request, status) in [
      (Self.head([Self.type, length], to: "/"), 405), (Self.head([Self.type, length], to: "/overview"), 405),
      (Self.head([Self.type, length], to: "/nanda/index"), 405),
      (Self.head([Self.type, length], to: "/verify?model=iris"), 405),
      (Self.head(["Content-Type: application/json", length]), 415), (Self.head([length]), 415),
      (Self.head(["Content-Type: multipart/form-data; boundary=a; boundary=b", length]), 415),
      (Self.head([Self.type, "Content-Length: \(100 << 20)"]), 413),
      (Self.head([Self.type, "Content-Length: \((16 << 20) + (16 << 10) + 1)"]), 413),
      (Self.head([Self.type, length, "Sec-Fetch-Site: cross-site"]), 403),
      (Self.head([Self.type, length, "Sec-Fetch-Site: same-site"]), 403),
    ] {
      // Nothing of the body is sent: the answer comes without it.
      #expect(
        try Self.firstLine(of: request, to: bridge).contains(" \(status) "),
        "\(String(decoding: request, as: UTF8.self))")
    }
    #expect(bridge.isRunning && planes.logs.isEmpty == false)
  }

  /// What comes first in answer to bytes that are no whole request.
  private static func firstLine(of request: [UInt8], to bridge: BridgeFixture) throws -> String {
    let connection = try TCPConnection(port: bridge.port, patience: 30)
    connection.write(request)
    let answer = connection.read() ?? []
    return String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }

  @Test("A hundred megabytes without an announced length end at the bound, and the bridge goes on within its memory")
  func endlessUpload() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let connection = try TCPConnection(port: bridge.port, patience: 60)
    connection.write(Self.head([Self.type, "Transfer-Encoding: chunked"]))
    let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 0x41, count: 1 << 20) + Array("\r\n".utf8)
    var sent = 0
    while sent < 100, connection.write(chunk) { sent += 1 }
    let answer = String(decoding: connection.readToEnd().prefix(100), as: UTF8.self)
    #expect(answer.contains(" 413 ") || sent < 100, "\(sent) MiB were taken: \(answer)")
    #expect(try bridge.http.get("/verify").status == 200)
  }

  @Test("What is no bundle is judged and told apart; its name and its content become neither header nor markup")
  func whatIsNoBundle() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let hostile = "{\"<script>alert(1)</script>\u{202e}\": 1}"
    for content in [
      Array("PK\u{3}\u{4}\u{14}\u{0}".utf8) + [0xff, 0xfe], Array(hostile.utf8), [0], Array("{}\n".utf8),
    ] {
      for name in ["a.json", "x\" onload=\"alert(1)", "<img src=x>", "\u{202e}nosj", "..\\..\\evil"] {
        let answer = try bridge.http.send(Self.post(content, fileName: name))
        #expect(answer.status == 200 && answer.text.contains("<h1>This file is no bundle</h1>"))
        for mark in ["<script", "onload", "<img", "\u{202e}", "evil"] {
          #expect(!answer.text.contains(mark), "\(mark)")
        }
      }
    }
    let injected = try bridge.http.send(Self.post([0x7b], fileName: "a\r\nSet-Cookie: b=c"))
    #expect(injected.status == 400 && injected.headers["set-cookie"] == nil && !injected.text.contains("Set-Cookie"))
    #expect(injected.headers["cache-control"] == "no-store")
    let policy = try #require(injected.headers["content-security-policy"])
    #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"))
  }

  @Test("Two who send a byte at a time keep nobody else from having a bundle checked")
  func slowUploads() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let begun = Self.head([Self.type, "Content-Length: 16000000"]) + Array("--\(Self.boundary)".utf8)
    let slow = try (0..<20).map { _ in try TCPConnection(port: bridge.port, patience: 30) }
    for connection in slow { connection.write(begun) }
    for _ in 0..<5 {
      for connection in slow { connection.write([0x41]) }
      #expect(try bridge.http.send(Self.post(Array("{}".utf8))).status == 200)
    }
    withExtendedLifetime(slow) {}
  }

  @Test("More than there is memory for is told to come again, and what was given up is free")
  func manyLargeUploads() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let begun = Self.head([Self.type, "Content-Length: \(15 << 20)"]) + Array("--\(Self.boundary)".utf8)
    let piece = [UInt8](repeating: 0x41, count: 1 << 20)
    var large = try (0..<2).map { _ in try TCPConnection(port: bridge.port, patience: 30) }
    for connection in large {
      connection.write(begun)
      for _ in 0..<14 { connection.write(piece) }
    }
    let third = try TCPConnection(port: bridge.port, patience: 30)
    third.write(begun)
    for _ in 0..<14 where third.write(piece) {}
    third.write([UInt8](repeating: 0x41, count: (1 << 20) - 2 - Self.boundary.utf8.count))
    let answer = String(decoding: third.readToEnd().prefix(2000), as: UTF8.self)
    #expect(answer.contains(" 503 ") && answer.lowercased().contains("retry-after: 5"), "\(answer.prefix(300))")
    #expect(try bridge.http.get("/overview").status == 200)
    large.removeAll()
    try await pollUntil("it is free again") { try bridge.http.send(Self.post(Array("{}".utf8))).status == 200 }
  }

  @Test("Who sends much at once and then a byte at a time is told to be too slow, also who then sends nothing")
  func burstThenDrip() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home)
    let begun = Self.head([Self.type, "Content-Length: \(15 << 20)"]) + Array("--\(Self.boundary)".utf8)
    let slow = try (0..<2).map { _ in try TCPConnection(port: bridge.port, patience: 60) }
    for connection in slow { connection.write(begun + [UInt8](repeating: 0x41, count: 10 << 20)) }
    try await pollUntil("both are answered", within: .seconds(60)) {
      slow[0].write([0x41])
      return slow.allSatisfy(\.hasAnswer)
    }
    for connection in slow {
      let answer = String(decoding: connection.read() ?? [], as: UTF8.self)
      #expect(answer.contains(" 408 "), "\(answer.prefix(100))")
    }
    #expect(try bridge.http.send(Self.post(Array("{}".utf8))).status == 200)
  }

  @Test("A private model is told of on no page, and what is asked for is not repeated")
  func whatIsNotTold() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(on: planes.home, ["private_models: [secret-one]"])
    try await planes.approved(planes.approval(of: planes.trained("secret-one")))
    try await planes.approved(planes.approval(of: planes.trained("shown")))
    try await pollUntil("shown is on the overview") { try bridge.http.get("/").text.contains("verify?model=shown") }
    #expect(try !bridge.http.get("/overview").text.contains("secret-one"))
    let (hidden, unknown) = (
      try bridge.http.get("/verify?model=secret-one"), try bridge.http.get("/verify?model=nobody")
    )
    #expect(hidden.status == 404 && unknown.status == 404)
    #expect(hidden.text == unknown.text)
    for target in [
      "/verify?model=%3Cscript%3Ealert(1)%3C/script%3E", "/verify?model=%E2%80%AE", "/verify?model=a%0d%0aX-Injected:1",
      "/overview?begins=%22%3E%3Cscript%3E", "/overview?page=%3Cscript%3E",
      "/verify?model=https://evil.example/login",
    ] {
      let answer = try bridge.http.get(target)
      #expect([400, 404].contains(answer.status) && answer.headers["x-injected"] == nil, "\(target)")
      #expect(
        !answer.text.contains("alert(1)") && !answer.text.contains("<script>") && !answer.text.contains("evil.example")
          && !answer.text.contains("\u{202e}"))
    }
  }
}
