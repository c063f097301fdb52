import Glibc
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct ShutdownTests {
  @Test func `what is in flight is answered before the server stops`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate)) { path, server in
      let (worker, idler) = (try RawPeer(path), try RawPeer(path))
      try await worker.sendAll(wire([5]))
      try await pollUntil { await gate.waiters == 1 }
      server.shutdown()
      try await idler.waitForClose()
      #expect(throws: RawPeer.Refused.self) { try RawPeer(path) }
      await gate.open()
      #expect(try await worker.receiveFrames(1) == [[5]])
      try await worker.waitForClose()
    }
  }

  @Test func `work that outlives the grace is cancelled and the server still stops`() async throws {
    var limits = TransportLimits()
    limits.shutdownGrace = .milliseconds(50)
    let cancelled = Mutex(false)
    let started = Gate()
    let handler = ClosureHandler { frame, _ in
      .later {
        await started.open()
        // Ends by nothing but cancellation.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        cancelled.withLock { $0 = Task.isCancelled }
        return .reply(frame)
      }
    }
    try await withServer(handler, limits: limits) { path, _ in
      try await RawPeer(path).sendAll(wire([1]))
      await started.pass()
    }
    #expect(cancelled.withLock { $0 })
  }

  @Test func `cancelling the server's task ends it`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let server = SocketServer()
      try server.bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      try await withThrowingTaskGroup { group in
        group.addTask { try await server.run() }
        let peer = try RawPeer(path)
        try await peer.sendAll(wire([1]))
        #expect(try await peer.receiveFrames(1) == [[1]])
        group.cancelAll()
        try await group.waitForAll()
        try await peer.waitForClose()
      }
      #expect(fileMode(path) == nil)
    }
  }

  @Test func `a server runs once`() async throws {
    let server = SocketServer()
    server.shutdown()
    try await server.run()
    await #expect(throws: TransportError.alreadyRun) { try await server.run() }
  }

  @Test func `every end of a connection is reported with its peer`() async throws {
    let reported = Mutex<[String]>([])
    try await withDirectory { directory in
      let server = SocketServer(onClose: { closed in
        reported.withLock { $0.append("\(closed.socket) \(closed.reason.rawValue) \(closed.peer.pid == getpid())") }
      })
      let path = "\(directory)/a.sock"
      try server.bind(name: "approve", target: .path(path), handler: ClosureHandler.echo)
      try await running(server) {
        let liar = try RawPeer(path)
        try await liar.sendAll(wire(claiming: 0))
        try await liar.waitForClose()
      }
    }
    #expect(reported.withLock { $0 } == ["approve frame_empty true"])
  }

  @Test func `one socket's crowd does not take another's connections`() async throws {
    var limits = TransportLimits()
    limits.maxConnections = 1
    try await withDirectory { directory in
      let server = SocketServer(limits: limits)
      for name in ["a", "b"] {
        try server.bind(name: name, target: .path("\(directory)/\(name).sock"), handler: ClosureHandler.echo)
      }
      try await running(server) {
        let crowd = try RawPeer("\(directory)/a.sock")
        try await pollUntil { server.openConnections == 1 }
        let other = try RawPeer("\(directory)/b.sock")
        try await other.sendAll(wire([1]))
        #expect(try await other.receiveFrames(1) == [[1]])
        crowd.endInput()
      }
    }
  }
}
