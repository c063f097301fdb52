import Logging
import Synchronization

/// Keeps what a plane logs as an error or worse, with the metadata, for tests of what is reported.
package final class RecordedLog: Sendable {
  private let kept = Mutex<[String]>([])

  package init() {}

  package var lines: [String] { kept.withLock { $0 } }

  package var logger: Logger {
    Logger(label: "test") { _ in RecordingLogHandler(log: self) }
  }

  fileprivate func keep(_ line: String) { kept.withLock { $0.append(line) } }
}

private struct RecordingLogHandler: LogHandler {
  let log: RecordedLog
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.error

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let values = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    log.keep("\(event.level) \(event.message) \(values)")
  }
}
