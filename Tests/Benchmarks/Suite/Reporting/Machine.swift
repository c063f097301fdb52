import CSodium
import Foundation
import Glibc
import Wire

/// The machine and the libraries that the numbers belong to.
enum Machine {
  static var facts: JSONObject {
    [
      "cpu": .string(processor), "cores": .init(ProcessInfo.processInfo.activeProcessorCount),
      "kernel": .string(kernel), "memory_mb": .init(Int(ProcessInfo.processInfo.physicalMemory / 1_000_000)),
      "libsodium": .string(String(cString: sodium_version_string())), "sqlite": .string(sqlite),
      "openssl": .string(output("openssl", "version")), "load_average": .init(loadAverage),
      "time": .string(Timestamp.now().messageText),
    ]
  }

  static var text: String {
    facts.members.map { member in "\(member.key) \(member.value.string ?? member.value.jsonText)" }
      .joined(separator: ", ")
  }

  /// Whether less than half of the cores are free.
  static var isBusy: Bool { loadAverage[0] > Double(ProcessInfo.processInfo.activeProcessorCount) / 2 }

  private static var processor: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") } ?? "model name: unknown"
    return model.split(separator: ":").dropFirst().joined().trimmingCharacters(in: .whitespaces)
  }

  private static var kernel: String {
    (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
  }

  /// Of the shared library that the planes load.
  private static var sqlite: String {
    typealias Version = @convention(c) () -> UnsafePointer<CChar>
    guard let library = dlopen("libsqlite3.so.0", RTLD_NOW), let symbol = dlsym(library, "sqlite3_libversion") else {
      return "unknown"
    }
    return String(cString: unsafeBitCast(symbol, to: Version.self)())
  }

  /// How busy the machine was before it was measured: one minute, five, fifteen.
  private static var loadAverage: [Double] {
    var loads = [Double](repeating: .nan, count: 3)
    getloadavg(&loads, 3)
    return loads
  }

  private static func output(_ program: String, _ arguments: String...) -> String {
    let text = try? Command.run("/usr/bin/env", [program] + arguments)
    return (text ?? "unknown").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
