import TestSupport
import Testing
import Wire

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00+00:00", 0), ("2000-02-29T23:59:59+00:00", 951_868_799),
    ("2026-01-02T03:04:05+00:00", 1_767_323_045), ("2024-02-29T12:00:00+00:00", 1_709_208_000),
    ("2100-03-01T00:00:00+00:00", 4_107_542_400), ("9999-12-31T23:59:59+00:00", 253_402_300_799),
  ])
  func knownMoments(text: String, seconds: Int64) {
    #expect(Timestamp(attestation: text)?.microseconds == seconds * 1_000_000)
    #expect(Timestamp(microseconds: seconds * 1_000_000).attestationText == text)
  }

  @Test(arguments: [
    "2026-02-29T00:00:00", "2100-02-29T00:00:00", "2026-04-31T00:00:00", "2026-00-01T00:00:00", "2026-13-01T00:00:00",
    "2026-01-00T00:00:00", "2026-01-32T00:00:00", "2026-01-02T24:00:00", "2026-01-02T03:60:00", "2016-12-31T23:59:60",
    "1969-12-31T23:59:59", "0000-01-01T00:00:00", "-026-01-02T03:04:05", "+026-01-02T03:04:05", "2026-1-02T03:04:05 ",
    "2026/01/02T03:04:05", "2026-01-02 03:04:05", "2026-01-02t03:04:05", "2026-01-02T03.04.05", "2026-01-02T03:04",
    "２026-01-02T03:04:05", "", "now", "10000-01-01T00:00:00",
  ])
  func whatIsNoMomentIsRefused(text: String) {
    #expect(Timestamp(attestation: text + "+00:00") == nil)
    #expect(Timestamp(message: text + "Z") == nil)
  }

  @Test(arguments: [
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05-00:00",
    "2026-01-02T03:04:05+0000", "2026-01-02T03:04:05.000000+00:00", "2026-01-02T03:04:05.6+00:00",
    "2026-01-02T03:04:05.600+00:00", "2026-01-02T03:04:05.1234567+00:00", "2026-01-02T03:04:05.+00:00",
    "2026-01-02T03:04:05,600000+00:00", " 2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05+00:00\n",
    "2026-01-02T03:04:05.60000０+00:00", "1767323045",
  ])
  func aSecondSpellingInsideAnAttestationIsRefused(text: String) {
    #expect(Timestamp(attestation: text) == nil)
  }

  @Test(arguments: [
    ("2026-01-02T03:04:05Z", 0), ("2026-01-02T03:04:05.1Z", 100_000), ("2026-01-02T03:04:05.123456789Z", 123_456),
    ("2026-01-02T03:04:05.000000Z", 0),
  ])
  func aMessagesTimeIsRFC3339WithZ(text: String, microseconds: Int64) {
    #expect(Timestamp(message: text)?.microseconds == 1_767_323_045_000_000 + microseconds)
  }

  @Test(arguments: ["+00:00", "z", "", ".Z", ".1234567890Z", ",5Z", ".5", "+01:00", "Z ", ".-1Z"])
  func anotherEndOfAMessagesTimeIsRefused(end: String) {
    #expect(Timestamp(message: "2026-01-02T03:04:05" + end) == nil)
  }

  @Test func agreesWithPythonOnRandomMoments() throws {
    var generator = SeededGenerator()
    let moments = (0..<1000).map { index in
      let whole = Int64.random(in: 0...253_402_300_799, using: &generator) * 1_000_000
      return Timestamp(
        microseconds: whole + (index.isMultiple(of: 3) ? 0 : Int64.random(in: 0..<1_000_000, using: &generator)))
    }
    let answers = try Python.run(Self.isoformat, moments.map { "\($0.microseconds)" })
    try #require(answers.count == moments.count)
    for (moment, text) in zip(moments, answers) {
      #expect(moment.attestationText == text, "TEST_SEED=\(generator.seed)")
      #expect(Timestamp(attestation: text) == moment)
      #expect(Timestamp(message: moment.messageText)?.microseconds == moment.microseconds / 1000 * 1000)
    }
  }

  @Test func daysAndSecondsAdd() {
    let moment = Timestamp(microseconds: 0)
    #expect(moment.adding(days: 59).attestationText == "1970-03-01T00:00:00+00:00")
    #expect(moment.adding(seconds: 90).seconds(since: moment) == 90)
    #expect(moment.seconds(since: moment.adding(seconds: 90)) == -90)
    #expect(Timestamp.latest.attestationText == "9999-12-31T23:59:59.999999+00:00")
  }

  private static let isoformat = """
    import datetime, sys
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    for line in sys.stdin:
        print((epoch + datetime.timedelta(microseconds=int(line))).isoformat())
    """
}
