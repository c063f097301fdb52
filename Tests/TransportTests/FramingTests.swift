import Dispatch
import Glibc
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct FramingTests {
  @Test func `a frame is answered on the event loop`() async throws {
    try await withServer(ClosureHandler.echo) { path, _ in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire(Array("hello".utf8)))
      #expect(try await peer.receiveFrames(1) == [Array("hello".utf8)])
    }
  }

  @Test func `a frame is answered by a task`() async throws {
    try await withServer(ClosureHandler.echoLater) { path, _ in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([7]))
      #expect(try await peer.receiveFrames(1) == [[7]])
    }
  }

  @Test func `the largest frame is taken and one byte more is refused`() async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      let largest = [UInt8](repeating: 0x5a, count: 1 << 20)
      let peer = try RawPeer(path)
      try await peer.sendAll(wire(largest))
      #expect(try await peer.receiveFrames(1) == [largest])
      try await peer.sendAll(wire(claiming: 1 << 20 + 1))
      try await peer.waitForClose()
      try await server.waitForClosed(.frameTooLarge)
    }
  }

  @Test(arguments: [(UInt32(0), CloseReason.frameEmpty), (UInt32.max, .frameTooLarge)])
  func `a frame of 0 bytes or of 4 GiB closes the connection and others are served`(
    length: UInt32, reason: CloseReason
  ) async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      let honest = try RawPeer(path)
      let liar = try RawPeer(path)
      try await liar.sendAll(wire(claiming: length))
      try await liar.waitForClose()
      try await server.waitForClosed(reason)
      try await honest.sendAll(wire([1]))
      #expect(try await honest.receiveFrames(1) == [[1]])
    }
  }

  @Test func `frames before a bad length are still answered`() async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([1]) + wire([2]) + wire(claiming: .max))
      #expect(try await peer.receiveFrames(2) == [[1], [2]])
      try await server.waitForClosed(.frameTooLarge)
    }
  }

  @Test func `a frame that ends halfway is counted as truncated and never handled`() async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire(claiming: 100) + [1, 2, 3])
      peer.endInput()
      try await peer.waitForClose()
      try await server.waitForClosed(.frameTruncated)
      #expect(server.counters["a"]?.frames == 0)
    }
  }

  @Test func `frames arrive whole however the bytes are cut`() async throws {
    try await withServer(ClosureHandler.echo) { path, _ in
      let peer = try RawPeer(path)
      for byte in wire([1, 2, 3]) + wire([4]) { try await peer.sendAll([byte]) }
      #expect(try await peer.receiveFrames(2) == [[1, 2, 3], [4]])
    }
  }

  @Test(arguments: [ClosureHandler.echo, ClosureHandler.echoLater])
  func `a thousand frames sent at once are all answered`(handler: ClosureHandler) async throws {
    try await withServer(handler) { path, server in
      let frames = (0..<1000).map { [UInt8($0 >> 8), UInt8($0 & 0xff)] + [UInt8](repeating: 0x20, count: 300) }
      let peer = try RawPeer(path)
      async let sending: Void = peer.sendAll(frames.flatMap(wire))
      let answers = try await peer.receiveFrames(1000)
      try await sending
      #expect(Set(answers) == Set(frames))
      #expect(server.counters["a"]?.frames == 1000)
    }
  }

  @Test func `who sends hundreds of frames at once does not make another wait for all of them`() async throws {
    let order = Mutex<[UInt8]>([])
    let mayGoOn = DispatchSemaphore(value: 0)
    let handler = ClosureHandler { frame, _ in
      // This one holds the event loop until another has asked too.
      if frame == [9] { mayGoOn.wait() }
      order.withLock { $0.append(frame[0]) }
      return .now(.reply([frame[0]]))
    }
    let hundreds = (0..<1000).flatMap { _ in wire([UInt8](repeating: 7, count: 300)) }
    try await withServer(handler) { path, server in
      let (greedy, honest) = (try RawPeer(path), try RawPeer(path))
      // The server learns how much this peer tends to send.
      async let learning: Void = greedy.sendAll(hundreds)
      _ = try await greedy.receiveFrames(1000)
      try await learning
      let sent = greedy.sendSome((wire([9]) + hundreds)[...]) / 304
      try await pollUntil { server.counters["a"]?.frames == 1001 }
      try await honest.sendAll(wire([1]))
      mayGoOn.signal()
      #expect(try await honest.receiveFrames(1) == [[1]])
      let place = try #require(order.withLock { $0.firstIndex(of: 1) }) - 1001
      #expect(sent > 200 && place < 100, "\(place) of \(sent) frames came first")
    }
  }

  @Test func `who stops sending after the request still gets the reply`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate)) { path, _ in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([9]))
      peer.endInput()
      try await pollUntil { await gate.waiters == 1 }
      await gate.open()
      #expect(try await peer.receiveFrames(1) == [[9]])
      try await peer.waitForClose()
    }
  }

  @Test func `an answer can end the connection`() async throws {
    let handler = ClosureHandler { frame, _ in
      frame == [0] ? .now(.close("the test says so")) : .now(.replyAndClose(frame))
    }
    try await withServer(handler) { path, server in
      let replied = try RawPeer(path)
      try await replied.sendAll(wire([1]) + wire([2]))
      #expect(try await replied.receiveFrames(1) == [[1]])
      try await replied.waitForClose()
      let silent = try RawPeer(path)
      try await silent.sendAll(wire([0]))
      try await silent.waitForClose()
      try await server.waitForClosed(.refused, count: 2)
      #expect(server.counters["a"]?.frames == 2)
    }
  }

  @Test func `the handler learns who is calling from the kernel`() async throws {
    let handler = ClosureHandler { _, peer in .now(.reply(Array("\(peer)".utf8))) }
    try await withServer(handler) { path, _ in
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([1]))
      let expected = PeerCredentials(pid: getpid(), uid: getuid(), gid: getgid())
      #expect(try await peer.receiveFrames(1) == [Array("\(expected)".utf8)])
    }
  }
}
