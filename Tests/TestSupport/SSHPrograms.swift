import Foundation
import Glibc

/// A real `ssh-agent` of a test's own, with OpenSSH's own tools to fill it. It ends with its last holder.
package final class SSHAgentProcess: Sendable {
  package let socket: String
  private let folder: String
  private let process: ChildProcess

  /// Returns once it listens. The socket is in `folder`.
  package init(in folder: String) async throws {
    self.folder = folder
    let socket = "\(folder)/agent-\(UUID().uuidString.prefix(8))"
    self.socket = socket
    process = try ChildProcess("/usr/bin/env", ["ssh-agent", "-D", "-a", socket], log: "\(folder)/ssh-agent.log")
    try await pollUntil("ssh-agent listens") { FileManager.default.fileExists(atPath: socket) }
  }

  /// SIGKILL, as when somebody logs out.
  package func kill() async throws {
    process.send(SIGKILL)
    _ = try await process.end()
  }

  /// A new key of `ssh-keygen` in a file, its public half beside it; returns the path.
  package func newKey(_ name: String, type: String = "ed25519") async throws -> String {
    let path = "\(folder)/\(name)"
    try await run("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "\(name)@desk", "-f", path)
    return path
  }

  package func add(_ path: String) async throws { try await run("ssh-add", "-q", path) }
  package func removeAll() async throws { try await run("ssh-add", "-q", "-D") }

  private func run(_ words: String...) async throws {
    let log = "\(folder)/openssh.log"
    let command = try ChildProcess("/usr/bin/env", ["SSH_AUTH_SOCK=\(socket)"] + words, log: log)
    guard try await command.end() == 0 else {
      throw ProcessFailure("\(words): \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }
  }
}
