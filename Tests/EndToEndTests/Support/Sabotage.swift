import Foundation
import TestSupport

/// A library that is loaded into the serving plane and strikes at one of its calls; see `Tests/Sabotage/sabotage.c`.
struct Sabotage {
  enum Act {
    case kill
    /// Until `release`.
    case hold
    /// With this errno.
    case fail(CInt)

    fileprivate var text: String {
      switch self {
      case .kill: "kill"
      case .hold: "hold"
      case .fail(let code): "\(code)"
      }
    }
  }

  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sabotage/sabotage.c").standardizedFileURL.path

  private let folder: String
  private var library: String { "\(folder)/sabotage.so" }
  private var log: String { "\(folder)/sabotage.log" }
  private var gate: String { "\(folder)/sabotage.gate" }

  /// Compiles it with the compiler that every Swift toolchain has.
  init(in home: PlanesHome) async throws {
    folder = home.folder
    let compile = "exec $(command -v clang || command -v cc) -Wall -Werror -shared -fPIC -O1 -o \"$1\" \"$2\""
    let output = "\(folder)/sabotage-build.log"
    let compiler = try ChildProcess("/bin/sh", ["-c", compile, "sh", library, Self.source], log: output)
    guard try await compiler.end() == 0 else {
      throw ProcessFailure("no library: \((try? String(contentsOfFile: output, encoding: .utf8)) ?? "")")
    }
  }

  /// What a command begins with to be struck at the call `number`, counted from the first one that is `from`, like
  /// `mkdirat .ingest-`: a call, and what stands in its path. Other calls than these are not counted.
  func striking(_ act: Act, at number: Int, from: String, of calls: [String]) -> [String] {
    for file in [log, gate] { try? FileManager.default.removeItem(atPath: file) }
    return [
      "/usr/bin/env", "LD_PRELOAD=\(library)", "SABOTAGE_FROM=\(from)",
      "SABOTAGE_CALLS=,\(calls.joined(separator: ",")),",
      "SABOTAGE_AT=\(number)",
      "SABOTAGE_ACT=\(act.text)", "SABOTAGE_LOG=\(log)", "SABOTAGE_GATE=\(gate)",
    ]
  }

  /// The calls that were counted so far; the last one is the one that was struck, if any.
  var calls: [String] {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
  }

  /// Lets go of what is held.
  func release() throws { try Data().write(to: URL(fileURLWithPath: gate)) }
}
