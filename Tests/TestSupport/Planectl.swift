import Foundation

/// The real `planectl`, as a person or a script runs it.
package struct Planectl: Sendable {
  package let home: PlanesHome

  package init(_ home: PlanesHome) { self.home = home }

  /// Runs a command to its end: its exit code, and everything it wrote, to stdout and stderr.
  package func run(_ words: String...) async throws -> (code: CInt, output: String) { try await run(words) }

  /// - Parameter atHome: false for commands that need none.
  package func run(_ words: [String], atHome: Bool = true) async throws -> (code: CInt, output: String) {
    let log = "\(home.folder)/planectl-\(UUID().uuidString).log"
    let process = try ChildProcess(
      BuiltPrograms.path("planectl"), words + (atHome ? ["--home", home.path] : []), log: log)
    let code = try await process.end()
    return (code, try String(contentsOfFile: log, encoding: .utf8))
  }
}
