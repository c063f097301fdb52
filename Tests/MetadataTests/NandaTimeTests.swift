import TestSupport
import Testing

@testable import Metadata

@Suite struct NandaTimeTests {
  @Test(arguments: [
    "", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05+0000", "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05+00:60", "2026-02-30T00:00:00Z", "2026-01-02T25:00:00Z", "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05+aa:bb", "2026-01-02T03:04:05é", "26-01-02T03:04:05Z", " 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05ZZ",
  ]) func whatNamesNoMomentIsNone(text: String) { #expect(NandaTime(text) == nil) }

  @Test func whatIsTakenIsWrittenAsPythonWritesIt() throws {
    let texts = [
      "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05+05:30",
      "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.000000+01:00", "2026-01-02T03:04:05.123456-23:59",
      "2026-01-02T03:04:05.000006Z", "9999-12-31T23:59:59.999999Z",
    ]
    let program = """
      import re, sys
      from datetime import datetime
      for line in sys.stdin:
          text = line.strip().replace("Z", "+00:00")
          text = re.sub(r"\\.([0-9]{1,6})", lambda found: "." + found[1].ljust(6, "0"), text)
          print(datetime.fromisoformat(text).isoformat())
      """
    #expect(try Python.run(program, texts) == texts.map { NandaTime($0)?.text })
  }
}
