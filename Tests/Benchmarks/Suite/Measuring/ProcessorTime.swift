import Foundation
import Glibc

/// Seconds of processor time that a process has used, in user and in kernel mode.
struct ProcessorTime {
  let user: Double
  let system: Double

  var total: Double { user + system }

  /// All threads of `pid`, ended ones too, from /proc/PID/stat (proc_pid_stat(5), fields 14 and 15). It counts in clock ticks, 10 ms
  /// as a rule: measure over seconds.
  static func ofProcess(_ pid: pid_t) throws -> ProcessorTime {
    let line = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    // The second field is the program's name in parentheses and may hold anything.
    let fields = (line.split(separator: ")").last ?? "").split(separator: " ")
    guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw BenchError("/proc/\(pid)/stat cannot be read")
    }
    let ticks = Double(sysconf(CInt(_SC_CLK_TCK)))
    return ProcessorTime(user: user / ticks, system: system / ticks)
  }

  static func ofThread() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  func since(_ earlier: ProcessorTime) -> ProcessorTime {
    ProcessorTime(user: user - earlier.user, system: system - earlier.system)
  }
}
