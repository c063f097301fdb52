import Foundation
import Glibc
import TestSupport
import Testing

/// Clients that take what they can get: time, connections, memory.
@Suite(.serialized, .runningBridge) struct BridgeFloodTests {
  let stage: BridgeStage

  init() throws { stage = try BridgeStage() }

  @Test("A client that sends its request byte by byte is cut off, and nobody waits for it")
  func slowSenders() async throws {
    let slow = try (0..<50).map { _ in try TCPConnection(port: stage.bridge.port, patience: 30) }
    for connection in slow { connection.write(Array("GET /nanda/index HTTP/1.1\r\nX-Slow: ".utf8)) }
    try stage.expectSteadyIsServed()
    try await pollUntil("slow clients are cut off") {
      // A byte now and then keeps nobody alive.
      for connection in slow { connection.write(Array("a".utf8)) }
      return slow.allSatisfy { $0.hasEnded }
    }
    try stage.expectSteadyIsServed()
  }

  @Test("A client that does not read its answers is cut off, and what it asked for does not pile up")
  func slowReaders() async throws {
    let before = try Self.residentMegabytes(stage.bridge.pid)
    let request = Array(String(repeating: "GET /nanda/index HTTP/1.1\r\nHost: a\r\n\r\n", count: 2000).utf8)
    let slow = try (0..<20).map { _ in try TCPConnection(port: stage.bridge.port, patience: 1, blocking: false) }
    for connection in slow { connection.write(request) }
    try stage.expectSteadyIsServed()
    try await pollUntil("clients that do not read are cut off") {
      slow.allSatisfy { !$0.write(Array("GET / HTTP/1.1\r\n".utf8)) || $0.hasEnded }
    }
    #expect(try Self.residentMegabytes(stage.bridge.pid) < before + 60)
    try stage.expectSteadyIsServed()
  }

  @Test("Five thousand connections that ask nothing do not kill it; when they are gone it answers")
  func fiveThousandConnections() async throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 6000)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var crowd: [TCPConnection] = []
    for _ in 0..<5000 {
      // The kernel's queue is full at times; that is a refusal too.
      if let one = try? TCPConnection(port: stage.bridge.port, patience: 5, blocking: false) { crowd.append(one) }
    }
    #expect(crowd.count > 1000 && stage.bridge.isRunning)
    #expect(try Self.residentMegabytes(stage.bridge.pid) < 150)
    crowd = []
    try await pollUntil("the bridge answers again") {
      (try? stage.bridge.http.get("/nanda/resolve?agent=steady").status) == 200
    }
  }

  private static func residentMegabytes(_ pid: pid_t) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
  }
}
