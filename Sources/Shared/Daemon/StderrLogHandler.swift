import Glibc
import Logging
import Wire

/// Writes log events to standard error, one line each, in the form that whoever reads it understands.
package struct StderrLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let format: LogFormat

  package init(level: Logger.Level, format: LogFormat = .ofStandardError()) {
    logLevel = level
    self.format = format
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// A logger that needs no global set-up.
  package static func logger(label: String, level: Logger.Level = .info) -> Logger {
    Logger(label: label) { _ in StderrLogHandler(level: level) }
  }

  package func log(event: LogEvent) {
    let context = metadata.merging(metadataProvider?.get() ?? [:]) { _, new in new }
    let fields = context.merging(event.metadata ?? [:]) { _, new in new }
    let error = event.error.map { ["error": Logger.Metadata.Value.string("\($0)")] } ?? [:]
    let line = format.line(
      level: event.level, message: "\(event.message)", fields: fields.merging(error) { old, _ in old }, time: .now())
    Self.write(line)
  }

  /// One call for one line, so that lines of several threads do not mix. A log that cannot be written stops nobody.
  private static func write(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// How a line looks to a person at a terminal, to the journal, and to a file or pipe.
package enum LogFormat: Sendable {
  case terminal, journal, plain

  static let messageLimit = 2000
  static let fieldLimit = 500
  static let lineLimit = 8000

  /// The journal is recognised as systemd documents it: `JOURNAL_STREAM` names the device and inode of our stream.
  package static func ofStandardError() -> LogFormat {
    if isatty(STDERR_FILENO) == 1 { return .terminal }
    var status = stat()
    guard let stream = Environment.value("JOURNAL_STREAM"), unsafe fstat(STDERR_FILENO, &status) == 0 else {
      return .plain
    }
    return stream == "\(status.st_dev):\(status.st_ino)" ? .journal : .plain
  }

  /// The line without its end. Control characters from outside are escaped and everything is bounded.
  func line(level: Logger.Level, message: String, fields: Logger.Metadata, time: Timestamp) -> String {
    let start =
      switch self {
      case .terminal: "\(time.messageText.dropFirst(11).prefix(8)) \(level.rawValue) "
      case .journal: "<\(Self.priority(level))>"
      case .plain: "\(time.messageText) \(level.rawValue) "
      }
    let values = fields.sorted { $0.key < $1.key }.map { field in
      " \(LogText.escaped(field.key, limit: 64))=\(LogText.value("\(field.value)", limit: Self.fieldLimit))"
    }
    let line = start + LogText.escaped(message, limit: Self.messageLimit) + values.joined()
    return String(line.unicodeScalars.prefix(Self.lineLimit))
  }

  /// The priorities of syslog(3).
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
