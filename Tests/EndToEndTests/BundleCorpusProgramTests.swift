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

  /// planectl as it would have answered when the corpus was made: the script lets nobody choose a time.
  private func planectlOfThen() throws -> String {
    let path = "\(folder.path)/planectl-of-then"
    let words =
      "#!/bin/sh\nverb=\"$1 $2\"; shift 2\nexec \(try BuiltPrograms.path("planectl")) $verb --at 2026-01-02T03:07:25Z \"$@\"\n"
    try words.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func start(
    _ weights: String, _ options: [String] = [], environment: String = "production", isNow: Bool = false
  ) async throws -> (CInt, String) {
    let path = "\(folder.path)/iris.bin"
    try weights.write(toFile: path, atomically: true, encoding: .utf8)
    let digest = try text(expected()[0], "root_digest") ?? ""
    return try await run(
      Self.repository.appendingPathComponent("config/examples/start_inference.sh").path,
      [Self.corpus.appendingPathComponent("valid.json").path, path] + options + ["--", "echo", "serving now"],
      environment: [
        "NANDA_ROOT_DIGEST=\(digest)", "NANDA_ENVIRONMENT=\(environment)",
        "PLANECTL=\(try isNow ? BuiltPrograms.path("planectl") : planectlOfThen())",
      ])
  }

  @Test("an inference server does not start with other weights, in another environment or on stale papers")
  func doesNotStart() async throws {
    for (weights, environment, isNow) in [
      ("other weights", "production", false), ("the weights of iris", "lab", false),
      ("the weights of iris", "production", true),
    ] {
      let (code, output) = try await start(weights, environment: environment, isNow: isNow)
      #expect(code == 1, "\(output)")
      #expect(!output.contains("serving now"))
    }
  }

  @Test("an inference server starts with the approved bytes")
  func starts() async throws {
    for options in [[], ["--max-age", "1d"], ["--max-age=1d", "--scope", "eu"]] {
      let (code, output) = try await start("the weights of iris", options)
      #expect(code == 0 && output.hasSuffix("serving now\n"), "\(output)")
    }
  }

  @Test("no option reaches the check that would start the server without it")
  func letsNoOptionThrough() async throws {
    let file = "\(folder.path)/iris.bin"
    for options in [
      ["--help"], ["--version"], ["-h"], ["--at", "2026-01-02T03:07:25Z"], ["--weights", file], ["-e", "staging"],
      ["--environment=staging"], ["--root-digest", "sha256:0"], ["--json"], ["--max-age"], ["--max"], ["lab"],
      ["--generate-completion-script", "bash"],
    ] {
      let (code, output) = try await start("other weights", options)
      #expect(code == 2 && output.contains("usage:") && !output.contains("serving now"), "\(options): \(output)")
    }
    for options in [["--max-age", "--help"], ["--scope", "--version"], ["--max-age=--help"], ["--scope", "-h"]] {
      let (code, output) = try await start("other weights", options)
      #expect(code != 0 && !output.contains("serving now"), "\(options): \(output)")
    }
  }

  @Test("a bundle or weights named like an option are files that are not there")
  func strangeNames() async throws {
    let script = Self.repository.appendingPathComponent("config/examples/start_inference.sh").path
    let digest = try text(expected()[0], "root_digest") ?? ""
    let valid = Self.corpus.appendingPathComponent("valid.json").path
    for (bundle, weights) in [("--help", "x"), ("--version", "x"), (valid, "--help"), (valid, "--json")] {
      let (code, output) = try await run(
        script, [bundle, weights, "--", "echo", "serving now"],
        environment: [
          "NANDA_ROOT_DIGEST=\(digest)", "NANDA_ENVIRONMENT=production", "PLANECTL=\(try planectlOfThen())",
        ])
      #expect(code != 0 && !output.contains("serving now"), "\(bundle) \(weights): \(output)")
    }
  }

  @Test("what is no bundle is told in two lines, and an old lease with what to do")
  func words() async throws {
    let digest = try text(expected()[0], "root_digest") ?? ""
    let planectl = try BuiltPrograms.path("planectl")
    let none = try await run(planectl, ["bundle", "verify", "/etc/hostname", "--root-digest", digest])
    #expect(none.0 == 4 && none.1.split(separator: "\n").count == 3 && !none.1.contains("not checked"), "\(none.1)")
    let valid = Self.corpus.appendingPathComponent("valid.json").path
    let later = ["--at", "2026-01-10T00:00:00Z"]
    let old = try await run(planectl, ["bundle", "verify", valid, "--root-digest", digest] + later)
    #expect(old.0 == 1 && old.1.contains("hint: export the bundle again") && old.1.contains("--max-age"), "\(old.1)")
    let aged = try await run(
      planectl, ["bundle", "verify", valid, "--root-digest", digest, "--max-age", "60d"] + later)
    #expect(
      aged.0 == 0
        && aged.1.contains(
          "not revoked as of 2026-01-02T03:07:05+00:00, by what governance knew at 2026-01-02T03:07:05+00:00"),
      "\(aged.1)")
    #expect(
      aged.1.hasPrefix(
        "allowed: iris by approval:0123456789abcdef at 2026-01-10T00:00:00+00:00, by what governance knew"))
  }
}
