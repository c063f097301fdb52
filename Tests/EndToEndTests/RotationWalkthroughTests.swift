import Attestations
import Foundation
import Glibc
import PlaneContract
import TestSupport
import Testing
import Wire

/// docs/operations.md does what it says: every command is run on real planes, and the serving plane's verdict is the one that stands
/// behind it.
@Suite("The rotation walkthrough")
struct RotationWalkthroughTests {
  @Test("Every command of docs/operations.md has the outcome that the document names")
  func walkthrough() async throws {
    let steps = try Walkthrough("docs/operations.md").steps
    #expect(steps.count { $0.outcome == .allowed } >= 8)
    #expect(steps.contains { $0.outcome == .denied(gate: "quorum") })
    let home = try await PlanesHome()
    let planectl = Planectl(home)
    try await run(["planectl", "up"], .exit(0), planectl)
    do {
      let approval = try await approvedAndDeployed(planectl)
      for (step, next) in zip(steps, steps.dropFirst().map(Optional.some) + [nil]) {
        if step.words == ["planectl", "down"], ["cp", "rm"].contains(next?.words.first) {
          try await witnessed(planectl)
        }
        let words = step.words.map {
          $0 == "APPROVAL" ? approval : $0.hasPrefix(".planes/") ? "\(home.path)\($0.dropFirst(".planes".count))" : $0
        }
        try await run(words, step.outcome, planectl)
      }
    } catch {
      _ = try await planectl.run("down")
      throw error
    }
    try await run(["planectl", "down"], .exit(0), planectl)
  }

  /// What the document begins with; returns the approval's id.
  private func approvedAndDeployed(_ planectl: Planectl) async throws -> String {
    let home = planectl.home
    let weights = Array("iris".utf8)
    let path = try home.write(weights, to: "iris.bin")
    let result = TestHouse.result(model: "iris", weights: "iris")
    _ = try await home.caller("trainer").submit(result)
    try await pollUntil("governance holds the output") {
      try await planectl.run("propose", "iris", "-e", "production", "--as", "alice").code == 0
    }
    let approvals = try await home.caller("bridge").approvals()
    let id = try #require(approvals.compactMap(\.approvalID).first?.text)
    try await run(["planectl", "approve", id, "--as", "bob"], .exit(0), planectl)
    try await pollUntil("serving holds the approval") {
      try await planectl.run("deploy", "iris", "-e", "production", "--weights", path).code == 0
    }
    return id
  }

  private func run(_ words: [String], _ outcome: Walkthrough.Outcome, _ planectl: Planectl) async throws {
    let text = words.joined(separator: " ")
    guard words.first == "planectl" else { return try Self.files(words) }
    let arguments = Array(words.dropFirst())
    switch outcome {
    case .exit(let code):
      let (found, output) = try await planectl.run(arguments)
      try #require(found == code, "\(text) ended with \(found):\n\(output)")
    case .allowed: try await verdict(arguments, text, planectl) { code, _ in code == 0 }
    case .says(let words):
      try await verdict(arguments, text, planectl) { _, output in
        // Columns are as wide as they need to be.
        output.split(separator: " ").joined(separator: " ").contains(words)
      }
    case .denied(let gate):
      try await verdict(arguments, text, planectl) { code, output in
        code == 1
          && output.split(separator: "\n").contains { $0.hasPrefix("\(gate) ") && $0.contains("FAILED") }
      }
    }
  }

  /// What one plane tells the other takes a moment.
  private func verdict(
    _ arguments: [String], _ text: String, _ planectl: Planectl, _ isExpected: (CInt, String) -> Bool
  ) async throws {
    var last = ""
    do {
      try await pollUntil(text) {
        let (code, output) = try await planectl.run(arguments)
        last = output
        return isExpected(code, output)
      }
    } catch { throw ProcessFailure("\(text): \(error)\n\(last)") }
  }

  /// What nobody has seen of a log, nobody misses: before it is copied, its witnesses have all of it.
  private func witnessed(_ planectl: Planectl) async throws {
    try await pollUntil("the logs are witnessed") {
      let lines = try await planectl.run("status", "--json").output.split(separator: "\n")
      let planes = lines.compactMap { try? StrictJSON.parse(Array($0.utf8)).object }
      return planes.allSatisfy { $0["counters"]?.object?["log_cosigned"] == $0["counters"]?.object?["log_entries"] }
    }
  }

  private static func files(_ words: [String]) throws {
    if words.starts(with: ["rm", "-f"]) {
      return words.dropFirst(2).forEach { try? FileManager.default.removeItem(atPath: $0) }
    }
    try #require(words.count == 3, "\(words)")
    switch words[0] {
    case "mv": try #require(rename(words[1], words[2]) == 0, "\(words)")
    case "cp":
      try? FileManager.default.removeItem(atPath: words[2])
      try FileManager.default.copyItem(atPath: words[1], toPath: words[2])
    default: throw ProcessFailure("what is \(words)?")
    }
  }
}
