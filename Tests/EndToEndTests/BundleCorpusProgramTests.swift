import Attestations
import Foundation
import TestSupport
import Testing
import Wire

/// The corpus of bundles, judged by the real `planectl`, and the script that starts an inference server.
@Suite("Bundles and the programs that check them", .serialized)
struct BundleCorpusProgramTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let corpus = repository.appendingPathComponent("Tests/Vectors/bundles")

  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ words: [String], environment: [String] = []) async throws -> (CInt, String) {
    let log = "\(folder.path)/\(UUID().uuidString)"
    let process = try ChildProcess("/usr/bin/env", environment + [program] + words, log: log)
    let code = try await process.end()
    return (code, try String(contentsOfFile: log, encoding: .utf8))
  }

  private func expected() throws -> [JSONObject] {
    let data = try Data(contentsOf: Self.corpus.appendingPathComponent("expected.json"))
    return try StrictJSON.parse([UInt8](data)).array?.compactMap(\.object) ?? []
  }

  private func text(_ example: JSONObject, _ key: String) -> String? { example[key]?.string }

  /// Those that ask about a time and no weights: this clock and these files are not those of the corpus.
  @Test("planectl gives every bad bundle its exit status and names the checks that fail")
  func everyBundle() async throws {
    let planectl = try BuiltPrograms.path("planectl")
    let asked = try expected().filter { text($0, "moment") == "at" && text($0, "weights_hash") == nil }
    #expect(asked.count > 60)
    for example in asked {
      let name = text(example, "name") ?? ""
      let report = try await run(planectl, words(for: example) + ["--json"])
      #expect(Int(report.0) == example["exit"]?.int, "\(name): \(report.1)")
      let checks = try StrictJSON.parse(Array(report.1.utf8)).object?["checks"]?.array ?? []
      let failed = checks.filter { $0.object?["passed"] == .bool(false) }.map { $0.object?["name"] ?? .null }
      #expect(JSONValue.array(failed) == example["failed"], "\(name)")
    }
  }

  private func words(for example: JSONObject) -> [String] {
    var words = ["bundle", "verify", Self.corpus.appendingPathComponent(text(example, "file") ?? "").path]
    words += ["--root-digest", text(example, "root_digest") ?? "", "--at", text(example, "time") ?? ""]
    if let environment = text(example, "environment") { words += ["-e", environment] }
    if let scope = text(example, "scope") { words += ["--scope", scope] }
    if let age = example["max_age_seconds"]?.int { words += ["--max-age", "\(age)s"] }
    return words
  }

  // The script.

  private func start(_ weights: String, _ options: [String], environment: String = "production") async throws -> (
    CInt, String
  ) {
    let path = "\(folder.path)/iris.bin"
    try weights.write(toFile: path, atomically: true, encoding: .utf8)
    let digest = try text(expected()[0], "root_digest") ?? ""
    return try await run(
      Self.repository.appendingPathComponent("config/examples/start_inference.sh").path,
      [Self.corpus.appendingPathComponent("valid.json").path, path] + options + ["--", "echo", "serving now"],
      environment: [
        "NANDA_ROOT_DIGEST=\(digest)", "NANDA_ENVIRONMENT=\(environment)",
        "PLANECTL=\(try BuiltPrograms.path("planectl"))",
      ])
  }

  @Test("an inference server does not start with other weights, in another environment or on stale papers")
  func doesNotStart() async throws {
    let then = ["--at", "2026-01-02T03:07:25Z"]
    for (weights, options, environment) in [
      ("other weights", then, "production"), ("the weights of iris", then, "lab"),
      ("the weights of iris", [], "production"),
    ] {
      let (code, output) = try await start(weights, options, environment: environment)
      #expect(code == 1, "\(output)")
      #expect(!output.contains("serving now"))
    }
  }

  @Test("an inference server starts with the approved bytes")
  func starts() async throws {
    let (code, output) = try await start("the weights of iris", ["--at", "2026-01-02T03:07:25Z"])
    #expect(code == 0 && output.hasSuffix("serving now\n"), "\(output)")
  }
}
