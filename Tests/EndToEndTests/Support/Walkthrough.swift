import Foundation
import TestSupport

/// The commands of a document, in order, each with what the document says comes of it.
struct Walkthrough {
  enum Outcome: Equatable {
    case allowed
    case denied(gate: String)
    /// Sooner or later its output has these words.
    case says(String)
    case exit(CInt)
  }

  struct Step {
    let words: [String]
    let outcome: Outcome
    var text: String { words.joined(separator: " ") }
  }

  let steps: [Step]

  /// - Parameter document: of the repository, such as `docs/operations.md`. Every line of its `sh` blocks is a step.
  init(_ document: String) throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: repository.appendingPathComponent(document), encoding: .utf8)
    var steps: [Step] = []
    var isCode = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("```") { isCode = line == "```sh" } else if isCode { steps.append(try Self.step(line)) }
    }
    self.steps = steps
  }

  private static func step(_ line: Substring) throws -> Step {
    let parts = line.split(separator: "#", maxSplits: 1)
    let words = parts[0].split(separator: " ").map(String.init)
    guard parts.count == 2 else { return Step(words: words, outcome: .exit(0)) }
    let comment = parts[1].trimmingCharacters(in: .whitespaces)
    if comment == "allowed" { return Step(words: words, outcome: .allowed) }
    if comment.hasPrefix("denied: ") { return Step(words: words, outcome: .denied(gate: String(comment.dropFirst(8)))) }
    if comment.hasPrefix("says: ") { return Step(words: words, outcome: .says(String(comment.dropFirst(6)))) }
    guard comment.hasPrefix("exit "), let code = CInt(comment.dropFirst(5)) else {
      throw ProcessFailure("what shall come of this line? \(line)")
    }
    return Step(words: words, outcome: .exit(code))
  }
}
