import Glibc
import Storage

/// Sockets that the service manager opened for us (sd_listen_fds(3)), by the name given in `FileDescriptorName=`.
package enum SystemdSockets {
  private static let firstDescriptor: Int32 = 3
  private static let limit: Int32 = 64

  /// Takes over the sockets: they are closed in programs that this one might start, and the variables are removed, so that
  /// nobody takes them twice. Empty when there are none for this process. Throws `SystemdSocketsError`.
  package static func adopt() throws(SystemdSocketsError) -> [String: Int32] {
    let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
    let environment = names.reduce(into: [:]) { $0[$1] = Environment.value($1) }
    for name in names { Environment.remove(name) }
    let sockets = try parse(environment: environment, processID: getpid())
    for (name, descriptor) in sockets { try claim(descriptor, name) }
    return sockets
  }

  /// Reads the three variables. Sockets meant for another process, our parent perhaps, are not ours.
  static func parse(
    environment: [String: String], processID: Int32
  ) throws(SystemdSocketsError) -> [String: Int32] {
    guard let listenPID = environment["LISTEN_PID"], Int32(listenPID) == processID else { return [:] }
    guard let text = environment["LISTEN_FDS"], let count = Int32(text), (0...limit).contains(count) else {
      throw SystemdSocketsError("LISTEN_FDS is not a number from 0 to \(limit)")
    }
    let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: true)
    guard names.count == count else {
      throw SystemdSocketsError(
        "\(count) sockets were passed with \(names.count) names; set FileDescriptorName= of each")
    }
    var sockets: [String: Int32] = [:]
    for (name, descriptor) in zip(names.map(String.init), firstDescriptor...) {
      guard sockets.updateValue(descriptor, forKey: name) == nil else {
        throw SystemdSocketsError("two sockets are called \(LogText.escaped(name)); set FileDescriptorName= of each")
      }
    }
    return sockets
  }

  private static func claim(_ descriptor: Int32, _ name: String) throws(SystemdSocketsError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    else { throw SystemdSocketsError("descriptor \(descriptor) (\(LogText.escaped(name))) is not a socket") }
  }
}

package struct SystemdSocketsError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ problem: String) { description = "sockets from systemd: \(problem)" }
}
