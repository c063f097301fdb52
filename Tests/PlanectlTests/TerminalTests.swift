import Testing
import Wire

@testable import planectl

@Suite struct ShownTextTests {
  @Test(arguments: [
    ("iris\u{1b}[2Jclean", "iris\\u{1b}[2Jclean"), ("a\nplanectl: all is well", "a\\u{a}planectl: all is well"),
    ("exe\u{202e}txt", "exe\\u{202e}txt"), ("zero\u{200b}width", "zero\\u{200b}width"), ("\u{2028}", "\\u{2028}"),
    ("\u{7f}\u{9b}", "\\u{7f}\\u{9b}"), ("tag\u{e0041}", "tag\\u{e0041}"),
  ])
  func whatCouldMoveReorderOrHideIsEscaped(text: String, expected: String) {
    #expect(shown(text) == expected)
  }

  @Test func printedJSONMeansWhatItMeantAndDoesNothingToATerminal() throws {
    let text = "\u{1b}[2J\u{9b}31m\u{202e}\u{200b}\u{e0041}\u{7f}\u{2028} 模型 \"quoted\" \\ \n"
    let object: JSONObject = ["\(text)": .string(text)]
    let printed = shownJSON(object)
    #expect(printed.unicodeScalars.allSatisfy { shown(String($0)) == String($0) } && printed.contains("模型"))
    #expect(try StrictJSON.parse(Array(printed.utf8)) == .object(object))
  }

  @Test(arguments: ["Grüße", "模型", "модель", "نموذج", "plain ascii ~!"])
  func lettersOfEveryScriptStay(text: String) {
    #expect(shown(text) == text)
  }
}

@Suite struct TableTests {
  private var table: Table {
    var table = Table("MODEL", "STATE")
    table.add("iris", "active")
    table.add("a-longer-name", "")
    return table
  }

  @Test func columnsAlignAndNothingTrails() {
    #expect(table.lines(width: nil) == ["MODEL          STATE", "iris           active", "a-longer-name  -"])
    #expect(table.lines(width: 21) == table.lines(width: nil))
  }

  @Test func aNarrowTerminalGetsARecordForEachRow() {
    #expect(
      table.lines(width: 20) == ["model  iris", "state  active", "", "model  a-longer-name", "state  -"])
  }

  @Test func aCellCannotBeginALineOfItsOwn() {
    var table = Table("MODEL")
    table.add("x\ny")
    #expect(table.lines(width: nil) == ["MODEL", "x\\u{a}y"])
  }
}

@Suite struct TextOfNumbersTests {
  @Test(arguments: [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3661, "1 h 1 min"), (86_400, "1 d"), (90_000, "1 d 1 h")])
  func spansAreToldInTheirTwoGreatestUnits(seconds: Int64, text: String) {
    #expect(TimeSpan.text(seconds) == text)
  }

  @Test(arguments: [("60s", 60), ("30m", 1800), ("12h", 43_200), ("90d", 7_776_000)])
  func spansAreRead(text: String, seconds: Int) {
    #expect(TimeSpan(text)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "d", "0d", "-1d", "90", "1.5h", "9d ", "90D", "99999999999d", "9223372036854775807d", "36501d", "+1d",
  ])
  func whatIsNoSpanIsRefused(text: String) {
    #expect(TimeSpan(text) == nil)
  }

  @Test(arguments: [
    (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (3_400_000_000, "3.4 GB"),
  ])
  func sizesAreToldInTheirUnit(count: Int64, text: String) {
    #expect(ByteCount.text(count) == text)
  }
}
