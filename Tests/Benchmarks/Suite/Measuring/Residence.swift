import Foundation
import Glibc

/// How much memory a process holds, in MB of a million bytes.
struct Residence {
  /// Everything resident, with the shared libraries.
  let resident: Double
  /// The same, with each shared page divided among the processes that share it.
  let proportional: Double

  init(of pid: pid_t) throws {
    let text = try String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)
    func megabytes(_ field: String) -> Double {
      let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
      return Double(line?.split(separator: " ").dropLast().last ?? "").map { $0 * 1024 / 1e6 } ?? .nan
    }
    resident = megabytes("Rss")
    proportional = megabytes("Pss")
  }
}
