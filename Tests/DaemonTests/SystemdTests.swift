import Foundation
import Glibc
import Testing

@testable import Daemon

@Suite struct SystemdSocketsTests {
  private func parse(_ pid: String?, _ count: String?, _ names: String?) throws -> [String: Int32] {
    var environment: [String: String] = [:]
    environment["LISTEN_PID"] = pid
    environment["LISTEN_FDS"] = count
    environment["LISTEN_FDNAMES"] = names
    return try SystemdSockets.parse(environment: environment, processID: 42)
  }

  @Test func socketsAreFoundByName() throws {
    #expect(try parse("42", "3", "submit:read:ingest") == ["submit": 3, "read": 4, "ingest": 5])
  }

  @Test(arguments: ["41", "", "-42", "42 ", "x"]) func socketsOfAnotherProcessAreIgnored(_ pid: String) throws {
    #expect(try parse(pid, "1", "submit").isEmpty)
  }

  @Test func withoutAServiceManagerThereAreNone() throws {
    #expect(try parse(nil, nil, nil).isEmpty)
    #expect(try parse("42", "0", nil).isEmpty)
  }

  @Test(arguments: [
    ("2", "submit"), ("1", "submit:read"), ("2", "submit:submit"), ("1", ""), ("-1", "a"), ("65", "a"),
    ("1000000000", "a"), ("x", "a"), ("", "a"),
  ])
  func whatDoesNotAddUpIsRefused(_ count: String, _ names: String) {
    #expect(throws: SystemdSocketsError.self) { try parse("42", count, names) }
  }

  @Test func absentVariablesDoNotAddUp() {
    #expect(throws: SystemdSocketsError.self) { try parse("42", "1", nil) }
    #expect(throws: SystemdSocketsError.self) { try parse("42", nil, "submit") }
  }
}

@Suite struct SystemdNotificationTests {
  /// A datagram socket that plays the service manager.
  private final class Manager {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)

    init(path: String) throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
      }
      try #require(bound == 0)
    }

    deinit { close(descriptor) }

    func receive() -> String {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }

  @Test func theManagerIsToldEachStep() throws {
    let directory = try ScratchDirectory()
    let manager = try Manager(path: "\(directory.path)/notify")
    let notification = SystemdNotification(socketPath: "\(directory.path)/notify")
    #expect(notification.ready())
    #expect(manager.receive() == "READY=1")
    #expect(notification.status("serving 3 models"))
    #expect(manager.receive() == "STATUS=serving 3 models")
    #expect(notification.stopping())
    #expect(manager.receive() == "STOPPING=1")
  }

  @Test func aStatusCannotCarryAnotherVariable() throws {
    let directory = try ScratchDirectory()
    let manager = try Manager(path: "\(directory.path)/notify")
    SystemdNotification(socketPath: "\(directory.path)/notify").status("ok\nMAINPID=1")
    #expect(manager.receive() == #"STATUS=ok\nMAINPID=1"#)
  }

  @Test func anAbsentManagerHurtsNobody() {
    #expect(SystemdNotification(socketPath: nil).ready())
    #expect(!SystemdNotification(socketPath: "/nonexistent/notify").ready())
    #expect(!SystemdNotification(socketPath: String(repeating: "x", count: 200)).ready())
  }
}
