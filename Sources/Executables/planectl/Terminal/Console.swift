import Glibc
import WeightsDigest
import Wire

/// Where words go: results to stdout, messages to stderr, JSON instead of results when asked for.
struct Console: Sendable {
  let json: Bool

  /// A line of the result. A result that cannot be written is a failure, not a shrug.
  func result(_ line: String) throws { try Self.write("\(line)\n", to: STDOUT_FILENO) }

  /// One JSON object on a line of its own.
  func object(_ object: JSONObject) throws { try result(shownJSON(object)) }

  /// The body where JSON was asked for, else what people read.
  func answer(_ body: JSONObject, _ lines: () -> [String]) throws {
    guard !json else { return try object(body) }
    for line in lines() { try result(line) }
  }

  /// One object a line where JSON was asked for, else a table, or a sentence when there is nothing in it.
  func list(_ bodies: [JSONObject], _ table: @autoclosure () -> Table, ifEmpty sentence: String) throws {
    guard !json else { return try bodies.forEach(object) }
    guard !bodies.isEmpty else { return Self.message(sentence) }
    for line in table().lines(width: TerminalDevice.width(of: STDOUT_FILENO)) { try result(line) }
  }

  /// A line for the person at the terminal. When even that cannot be written, nobody is there to be told.
  static func message(_ line: String) { try? write("\(line)\n", to: STDERR_FILENO) }

  static func hint(_ line: String) { message("hint: \(line)") }

  /// Says why the command failed, with the gates of a denial each on its line.
  func fail(_ failure: Failure) {
    if json { try? object(failure.body) }
    Self.message("planectl: \(shown(failure.message))")
    for detail in failure.details { Self.message("  \(shown(detail))") }
    if let hint = failure.hint { Self.hint(shown(hint)) }
  }

  private static func write(_ text: String, to descriptor: Int32) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { bytes = bytes.dropFirst(count) }
      guard count < 0, errno != EINTR else { continue }
      // Whoever read, like `head`, has had enough, and needs not be told.
      throw errno == EPIPE ? ExitStatus.refused : FileSystemError(operation: "write to", path: "the output")
    }
  }
}
