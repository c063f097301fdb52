import Foundation

/// The real `planectl`, as a person or a script runs it.
package struct Planectl: Sendable {
  package let home: PlanesHome
  /// The socket of the ssh-agent that its user has, if any.
  package let agent: String?

  package init(_ home: PlanesHome, agent: String? = nil) {
    self.home = home
    self.agent = agent
  }

  /// Runs a command to its end: its exit code, and everything it wrote, to stdout and stderr.
  package func run(_ words: String...) async throws -> (code: CInt, output: String) { try await run(words) }

  /// - Parameter atHome: false for commands that are about no home.
  package func run(_ words: [String], atHome: Bool = true) async throws -> (code: CInt, output: String) {
    let place = atHome && words.first != "keygen" ? ["--home", home.path] : []
    let log = "\(home.folder)/planectl-\(UUID().uuidString).log"
    let environment = agent.map { ["SSH_AUTH_SOCK=\($0)"] } ?? []
    let process = try ChildProcess(
      "/usr/bin/env", environment + [try BuiltPrograms.path("planectl")] + words + place, log: log)
    let code = try await process.end()
    return (code, try String(contentsOfFile: log, encoding: .utf8))
  }
}
