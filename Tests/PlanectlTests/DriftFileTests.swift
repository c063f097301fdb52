import Drift
import Foundation
import PlaneContract
import Testing
import Wire

@testable import planectl

/// Files of values, lines of observations, and what is drawn of them.
@Suite struct DriftFileTests {
  private func series(_ text: String, field: String = "value") throws -> Series {
    let folder = try ScratchFolder()
    let path = folder.path + "/values"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try ValueFile(reading: path, field: field).series
  }

  @Test(arguments: ["1\n2\n\"a\"\n", "1\nx\n", "[1]\n", "{\"other\":1}\n", "1 2\n", "0x10\n", "true\n"])
  func aLineThatIsNoValueIsRefused(text: String) {
    #expect(throws: Refusal.self) { try series(text) }
  }

  @Test func numbersTextsAndObjectsAreRead() throws {
    #expect(try series("1\n-2.5e3\n\n 3 \r\n4") == .numbers([1, -2500, 3, 4]))
    #expect(try series("\"a\"\n\"b\"\n\"a\"\n") == .categories(Categories(["a": 2, "b": 1])))
    #expect(try series("{\"ms\":1}\n{\"ms\":2}\n", field: "ms") == .numbers([1, 2]))
  }

  @Test func whatIsNotFiniteIsReadAndJudgedInvalid() throws {
    guard case .numbers(let values) = try series("nan\ninf\n-Infinity\nnull\n") else { throw Refusal(.internal, "") }
    #expect(values.count == 4 && values.allSatisfy { !$0.isFinite })
  }

  @Test func aFileLongerThanABlockKeepsEveryLine() throws {
    let numbers = (0..<300_000).map { Double($0) / 7 }
    #expect(try series(numbers.map { "\($0)" }.joined(separator: "\n")) == .numbers(numbers))
  }

  @Test func theFirstBadLineIsNamedWhateverStandsBeforeIt() {
    let refusal = #expect(throws: Refusal.self) { try series("1\n2\r\n\n 3\n{\"value\":4}\n5\nx\n6\n") }
    #expect(refusal?.message.contains("line 7 ") == true)
  }

  @Test func aLongSeriesIsSampledDownByTheRecordedSeed() throws {
    let values = (0..<20_000).map { "\($0)" }.joined(separator: ",")
    let line = LineReader.Line.text(Array("{\"series\":{\"x\":[\(values)]}}".utf8))
    let window = (start: Timestamp(microseconds: 0), end: Timestamp(microseconds: 60_000_000))
    let given = try (0..<2).map { _ in
      try ObservationLine(
        line, model: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"), window: window,
        seed: 7
      ).observation
    }
    #expect(given[0] == given[1] && given[0].values.series["x"]?.count == Series.maximumValues)
    #expect(given[0].sampling == Sampling(seed: 7, sizes: ["x": 20_000]))
  }

  @Test(arguments: [
    "{\"metric\":{}}", "{}", "[]", "{\"metrics\":{\"x\":NaN}}", "{\"metrics\":{\"x\":1},\"series\":[1]}",
    "{\"series\":{\"x\":[1,\"a\"]}}",
  ])
  func aLineThatIsNoObservationIsRefused(text: String) {
    let window = (start: Timestamp(microseconds: 0), end: Timestamp(microseconds: 60_000_000))
    #expect(throws: (any Error).self) {
      try ObservationLine(
        .text(Array(text.utf8)), model: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"),
        window: window, seed: 1)
    }
  }

  @Test func sparklinesShowGapsAndHeights() {
    #expect(Sparkline.text([0, nil, 1]) == "▁·█" && Sparkline.text([]).isEmpty && Sparkline.text([2, 2]) == "▄▄")
  }

  @Test func textInADrawingIsEscaped() {
    let element = SVGElement.text("<script>&\u{202e}", x: 0, y: 0, style: "title")
    #expect(element.markup.contains("&lt;script&gt;&amp;\\u{202e}"))
  }
}
