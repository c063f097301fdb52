import Foundation

/// The real `planectl`, as a person or a script runs it.
package struct Planectl: Sendable {
  package let home: PlanesHome

  package init(_ home: PlanesHome) { self.home = home }

  /// Runs a command to its end: its exit code, and everything it wrote, to stdout and stderr.
  package func run(_ words: String...) async throws -> (code: CInt, output: String) { try await run(words) }

  package func run(_ words: [String]) async throws -> (code: CInt, output: String) {
    // The one command that is about no home.
    let place = words.first == "keygen" ? [] : ["--home", home.path]
    let log = "\(home.folder)/planectl-\(UUID().uuidString).log"
    let process = try ChildProcess(BuiltPrograms.path("planectl"), words + place, log: log)
    let code = try await process.end()
    return (code, try String(contentsOfFile: log, encoding: .utf8))
  }
}
