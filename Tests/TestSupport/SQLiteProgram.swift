import Foundation

/// The `sqlite3` program on a plane's file, as somebody uses it who goes round the plane. `make test` installs it.
package enum SQLiteProgram {
  /// The lines that `sql` prints. Foreign keys are not enforced, as they never are by that program itself.
  @discardableResult
  package static func run(_ sql: String, on path: String) throws -> [String] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-batch", "-bail", "-cmd", ".timeout 5000", path, sql]
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ProcessFailure("sqlite3 could not: \(sql)") }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
