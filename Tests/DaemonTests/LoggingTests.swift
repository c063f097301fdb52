import Logging
import Testing
import Wire

@testable import Daemon

@Suite struct LoggingTests {
  private let time = Timestamp(microseconds: 1_767_323_045_123_456)
  private let stamp = "2026-01-02T03:04:05.123Z"

  private func line(_ format: LogFormat, _ message: String, _ fields: Logger.Metadata = [:]) -> String {
    format.line(level: .warning, message: message, fields: fields, time: time)
  }

  @Test func eachReaderGetsItsOwnForm() {
    let fields: Logger.Metadata = ["plane": "serving-plane", "attempt": "3"]
    #expect(
      line(.plain, "peer is down", fields)
        == "2026-01-02T03:04:05.123Z warning peer is down attempt=3 plane=serving-plane")
    #expect(line(.journal, "peer is down", fields) == "<4>peer is down attempt=3 plane=serving-plane")
    #expect(line(.terminal, "peer is down") == "03:04:05 warning peer is down")
  }

  @Test(arguments: [
    (Logger.Level.critical, "<2>"), (.error, "<3>"), (.notice, "<5>"), (.info, "<6>"), (.debug, "<7>"), (.trace, "<7>"),
  ])
  func levelsBecomeSyslogPriorities(_ level: Logger.Level, _ prefix: String) {
    #expect(LogFormat.journal.line(level: level, message: "m", fields: [:], time: time) == prefix + "m")
  }

  @Test func aSenderCannotForgeALogLine() {
    let hostile = "x\n<0>critical all is lost\r\u{1b}[2J\u{202e}gnp\u{0}\u{85}\u{2028}"
    let text = line(.journal, hostile, ["reason": "\(hostile)", "a\nb": "c"])
    #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(text.hasPrefix(#"<4>x\n<0>critical all is lost\r\u{1b}[2J\u{202e}gnp\u{0}\u{85}\u{2028}"#))
    #expect(text.contains(#"a\nb=c"#))
  }

  @Test func aValueCannotPassAsAnotherField() {
    #expect(line(.plain, "m", ["id": "x level=info"]) == #"\#(stamp) warning m id="x level=info""#)
    #expect(line(.plain, "m", ["id": "say \"hi\""]) == #"\#(stamp) warning m id="say \"hi\"""#)
    #expect(line(.plain, "m", ["id": ""]) == #"\#(stamp) warning m id="""#)
  }

  @Test func linesAreBounded() {
    let long = String(repeating: "x", count: 1_000_000)
    let fields = Dictionary(uniqueKeysWithValues: (0..<100).map { ("key\($0)", Logger.MetadataValue.string(long)) })
    #expect(line(.plain, long, fields).count <= LogFormat.lineLimit)
    #expect(line(.plain, long).hasSuffix("x…"))
  }

  @Test func aLoggerKeepsItsMetadataAndLevel() {
    var logger = StderrLogHandler.logger(label: "test", level: .error)
    logger[metadataKey: "plane"] = "training-plane"
    #expect(logger.logLevel == .error)
    #expect(logger[metadataKey: "plane"] == "training-plane")
  }
}
