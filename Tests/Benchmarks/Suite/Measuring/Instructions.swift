import Foundation
import Glibc

/// Instructions in user mode, counted by `perf stat` where there is one and the processor lets it.
enum Instructions {
  /// Instructions of `pid` for each of `count` requests that `load` makes, as a multiple of those of one verify and one sign;
  /// nil where they are not counted.
  static func ratio(of pid: pid_t, to floor: Floor, count: Int, _ load: () throws -> Void) throws -> Double? {
    guard let used = try counted(of: pid, load),
      let least = try counted(of: getpid(), { _ = try floor.verifyAndSign(rounds: count) })
    else { return nil }
    return used / least
  }

  private static func counted(of pid: pid_t, _ body: () throws -> Void) throws -> Double? {
    let perf = Process()
    let output = Pipe()
    perf.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    perf.arguments = ["perf", "stat", "-x", ",", "-e", "instructions:u", "-p", "\(pid)"]
    perf.standardInput = FileHandle.nullDevice
    perf.standardOutput = FileHandle.nullDevice
    perf.standardError = output
    try perf.run()
    // It says nothing when it has attached.
    Pause.milliseconds(300)
    try body()
    perf.interrupt()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    perf.waitUntilExit()
    // The first field is the count, or `<not supported>`.
    let line = text.split(separator: "\n").first { $0.contains("instructions") }
    return line?.split(separator: ",").first.flatMap { Double($0) }
  }
}
