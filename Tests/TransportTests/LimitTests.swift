import TestSupport
import Testing
import Transport

@Suite struct LimitTests {
  private var quick: TransportLimits {
    var limits = TransportLimits()
    limits.frameDeadline = .milliseconds(200)
    limits.writeDeadline = .milliseconds(200)
    return limits
  }

  @Test func `who dribbles a frame is closed at the deadline while others are served`() async throws {
    try await withServer(ClosureHandler.echo, limits: quick) { path, server in
      let (dribbler, honest) = (try RawPeer(path), try RawPeer(path))
      dribbler.sendSome(wire(claiming: 1000)[...])
      try await pollUntil {
        dribbler.sendSome([0x20])
        try await honest.sendAll(wire([1]))
        #expect(try await honest.receiveFrames(1) == [[1]])
        return server.closed(.frameTimedOut) == 1
      }
      #expect(server.openConnections == 1)
    }
  }

  @Test func `who dribbles the length itself is closed at the deadline`() async throws {
    try await withServer(ClosureHandler.echo, limits: quick) { path, server in
      let peer = try RawPeer(path)
      peer.sendSome([0, 0])
      try await server.waitForClosed(.frameTimedOut)
      try await peer.waitForClose()
    }
  }

  @Test func `who says nothing is closed when idle and who works is not`() async throws {
    var limits = TransportLimits()
    limits.idleTimeout = .milliseconds(200)
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits) { path, server in
      let (worker, idler) = (try RawPeer(path), try RawPeer(path))
      try await worker.sendAll(wire([1]))
      try await idler.waitForClose()
      try await server.waitForClosed(.idle)
      await gate.open()
      #expect(try await worker.receiveFrames(1) == [[1]])
    }
  }

  @Test func `who never reads is closed while others are served`() async throws {
    let large = [UInt8](repeating: 1, count: 500_000)
    let handler = ClosureHandler { frame, _ in .now(.reply(frame == [1] ? frame : large)) }
    try await withServer(handler, limits: quick) { path, server in
      let (deaf, honest) = (try RawPeer(path), try RawPeer(path))
      try await deaf.sendAll((0..<100).flatMap { _ in wire([0]) })
      try await pollUntil {
        try await honest.sendAll(wire([1]))
        #expect(try await honest.receiveFrames(1) == [[1]])
        return server.closed(.repliesUnread) == 1
      }
      #expect((server.counters["a"]?.frames ?? 0) > 0)
    }
  }

  @Test func `unread replies are bounded in bytes`() async throws {
    var limits = TransportLimits()
    limits.maxUnreadReplyBytes = 1 << 20
    let gate = Gate()
    let handler = ClosureHandler { _, _ in
      .later {
        await gate.pass()
        return .reply([UInt8](repeating: 1, count: 500_000))
      }
    }
    try await withServer(handler, limits: limits) { path, server in
      let deaf = try RawPeer(path)
      try await deaf.sendAll((0..<30).flatMap { _ in wire([0]) })
      try await pollUntil { await gate.waiters == 30 }
      await gate.open()
      try await server.waitForClosed(.repliesUnread)
    }
  }

  @Test func `no more is handled than may be in flight and nothing is dropped`() async throws {
    var limits = TransportLimits()
    limits.maxInFlightPerConnection = 4
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits) { path, server in
      let peer = try RawPeer(path)
      try await peer.sendAll((0..<50).flatMap { wire([$0]) })
      try await pollUntil { await gate.waiters == 4 }
      #expect(server.counters["a"]?.frames == 4)
      await gate.open()
      #expect(Set(try await peer.receiveFrames(50)) == Set((0..<50).map { [$0] }))
    }
  }

  @Test func `what is in flight is bounded in bytes too`() async throws {
    var limits = TransportLimits()
    limits.maxFrameBytes = 1000
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits) { path, server in
      let frames = (0..<10).map { [UInt8](repeating: $0, count: 600) }
      let peer = try RawPeer(path)
      try await peer.sendAll(frames.flatMap(wire))
      try await pollUntil { await gate.waiters == 2 }
      #expect(server.counters["a"]?.frames == 2)
      await gate.open()
      #expect(Set(try await peer.receiveFrames(10)) == Set(frames))
    }
  }

  @Test func `the socket's work is bounded and waits its turn`() async throws {
    var limits = TransportLimits()
    limits.maxInFlight = 2
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits) { path, server in
      let peer = try RawPeer(path)
      try await peer.sendAll((0..<10).flatMap { wire([$0]) })
      try await pollUntil { server.counters["a"]?.frames == 10 }
      try await pollUntil { await gate.waiters == 2 }
      await gate.open()
      #expect(Set(try await peer.receiveFrames(10)) == Set((0..<10).map { [$0] }))
    }
  }
}
