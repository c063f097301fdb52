import Glibc
import TestSupport
import Testing
import Transport

@Suite struct ListenTests {
  private func serveOnce(_ path: String) async throws {
    let server = SocketServer()
    try server.bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
    try await running(server) {
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([1]))
      #expect(try await peer.receiveFrames(1) == [[1]])
    }
  }

  /// What a killed process leaves: the file of a socket on which nobody listens.
  private func leaveStaleSocket(_ path: String, type: __socket_type = SOCK_STREAM) -> CInt {
    let descriptor = socket(AF_UNIX, CInt(type.rawValue), 0)
    #expect(withUnixAddress(path) { bind(descriptor, $0, $1) } == 0)
    return descriptor
  }

  @Test func `the socket's mode is 0660 whatever the umask`() async throws {
    try await withServer(ClosureHandler.echo) { path, _ in
      #expect(fileMode(path) == S_IFSOCK | 0o660)
    }
  }

  @Test func `the mode and the group are those asked for`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let server = SocketServer()
      try server.bind(name: "a", target: .path(path, mode: 0o600, group: getgid()), handler: ClosureHandler.echo)
      #expect(fileMode(path) == S_IFSOCK | 0o600)
      try await running(server) {}
    }
  }

  @Test func `a clean stop removes the socket`() async throws {
    try await withDirectory { directory in
      try await serveOnce("\(directory)/a.sock")
      #expect(fileMode("\(directory)/a.sock") == nil)
    }
  }

  @Test func `a stop leaves a successor's socket alone`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let server = SocketServer()
      try server.bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      let successor = try await running(server) {
        unlink(path)
        return leaveStaleSocket(path)
      }
      close(successor)
      #expect(fileMode(path) != nil)
    }
  }

  @Test func `a dead process's socket is replaced`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      close(leaveStaleSocket(path))
      try await serveOnce(path)
    }
  }

  @Test func `a live socket is refused and goes on being served`() async throws {
    try await withServer(ClosureHandler.echo) { path, _ in
      #expect(throws: TransportError.alreadyServed(path: path)) {
        try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      }
      let peer = try RawPeer(path)
      try await peer.sendAll(wire([1]))
      #expect(try await peer.receiveFrames(1) == [[1]])
    }
  }

  @Test func `a regular file in the socket's place is refused and not touched`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      close(open(path, O_CREAT | O_WRONLY, 0o600))
      #expect(throws: TransportError.notASocket(path: path)) {
        try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      }
      #expect(fileMode(path) == S_IFREG | 0o600)
    }
  }

  @Test func `a link in the socket's place is refused even when it leads to a dead socket`() async throws {
    try await withDirectory { directory in
      let (path, other) = ("\(directory)/a.sock", "\(directory)/b.sock")
      close(leaveStaleSocket(other))
      symlink(other, path)
      #expect(throws: TransportError.notASocket(path: path)) {
        try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      }
      #expect(fileMode(other) != nil)
    }
  }

  @Test func `a dead socket of another user is left alone where only one's own may be replaced`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      close(leaveStaleSocket(path))
      #expect(throws: TransportError.foreignSocket(path: path, owner: geteuid())) {
        try SocketFile.removeStale(path, of: geteuid() + 1)
      }
      #expect(fileMode(path) != nil)
      try SocketFile.removeStale(path, of: geteuid())
      #expect(fileMode(path) == nil)
    }
  }

  @Test func `a socket of another type is left alone`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let datagrams = leaveStaleSocket(path, type: SOCK_DGRAM)
      defer { close(datagrams) }
      #expect(throws: TransportError.self) {
        try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
      }
      #expect(fileMode(path) != nil)
    }
  }

  @Test func `a path too long is refused before anything is made`() {
    let path = "/tmp/" + String(repeating: "x", count: 103)
    #expect(throws: TransportError.pathTooLong(path: path)) {
      try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
    }
    #expect(fileMode(path) == nil)
  }

  @Test func `a directory that does not exist is named in the error`() {
    let path = "/tmp/nt-absent/a.sock"
    #expect {
      try SocketServer().bind(name: "a", target: .path(path), handler: ClosureHandler.echo)
    } throws: {
      "\($0)".contains(path) && "\($0)".contains("No such file or directory")
    }
  }

  @Test func `an adopted socket is served and its file stays`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let adopted = leaveStaleSocket(path)
      #expect(listen(adopted, 1) == 0)
      let server = SocketServer()
      try server.bind(name: "a", target: .descriptor(adopted), handler: ClosureHandler.echo)
      try await running(server) {
        let peer = try RawPeer(path)
        try await peer.sendAll(wire([1]))
        #expect(try await peer.receiveFrames(1) == [[1]])
      }
      #expect(fileMode(path) != nil)
    }
  }

  @Test func `a descriptor that does not listen is not adopted`() async throws {
    try await withDirectory { directory in
      let bound = leaveStaleSocket("\(directory)/a.sock")
      defer { close(bound) }
      for descriptor in [bound, STDIN_FILENO, -1] {
        #expect(throws: TransportError.notAListeningSocket(descriptor: descriptor)) {
          try SocketServer().bind(name: "a", target: .descriptor(descriptor), handler: ClosureHandler.echo)
        }
      }
    }
  }

  @Test func `running out of descriptors does not end the server`() async {
    await #expect(processExitsWith: .success) {
      closeInheritedSockets()
      try await withServer(ClosureHandler.echo) { path, server in
        let peers = try (0..<8).map { _ in try RawPeer(path) }
        // At least two polls: the first pause opens the timer's descriptors, which must be there before none are left.
        var polls = 0
        try await pollUntil {
          polls += 1
          return polls > 1 && server.openConnections == 8
        }
        let next = dup(STDIN_FILENO)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), [rlimit(rlim_cur: rlim_t(next) + 8, rlim_max: 4096)])
        var taken = [next]
        while case let descriptor = dup(STDIN_FILENO), descriptor >= 0 { taken.append(descriptor) }
        // One is left, and the next connection's client takes it.
        close(taken.removeLast())
        // The kernel accepts the connection for the server, which has no descriptor left for it.
        let late = try RawPeer(path)
        try await late.sendAll(wire([2]))
        try await peers[0].sendAll(wire([1]))
        #expect(try await peers[0].receiveFrames(1) == [[1]])
        taken.forEach { close($0) }
        #expect(try await late.receiveFrames(1) == [[2]])
      }
    }
  }
}
