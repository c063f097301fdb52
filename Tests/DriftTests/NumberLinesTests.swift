import Testing
import TestSupport

@testable import Drift

/// Lines of numbers at once are what they are one by one.
@Suite struct NumberLinesTests {
  private func read(_ text: String, from start: Int = 0) -> (numbers: [Double], end: Int) {
    var numbers: [Double] = []
    let end = NumberLines.read(Array(text.utf8).span, from: start, into: &numbers)
    return (numbers, end)
  }

  @Test(arguments: [
    "x\n", "\n", " 1\n", "1 \n", "1,2\n", "nan\n", "1\r\r\n", "1e\n", "-\n", ".\n", "1.\0\n", "{}\n", "\"1\"\n",
    "123456789012345678901\n", "1e400\n", "1e99999\n",
  ])
  func readingStopsBeforeWhatIsNoPlainNumberOnALineOfItsOwn(text: String) {
    #expect(read("7\n" + text + "8\n") == ([7], 2))
  }

  @Test(arguments: ["", "1", "12345678", "1.5e5", "-", "1\r"])
  func aLineWithoutAnEndIsLeft(text: String) { #expect(read("7\n" + text) == ([7], 2)) }

  @Test func linesEndWithOrWithoutACarriageReturn() {
    #expect(read("1\n-2.5e3\r\n+.5\n") == ([1, -2500, 0.5], 14))
    #expect(read("1\n2\n3", from: 2) == ([2], 4))
  }

  @Test func anyBytesGiveTheNumbersOfTheirLines() {
    var generator = SeededGenerator()
    let alphabet = Array("0123456789012345678901234567890123456789..eE+-\r\n\n\n x".utf8)
    for _ in 0..<50_000 {
      let length = Int.random(in: 0...60, using: &generator)
      let text = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      var numbers: [Double] = []
      let end = NumberLines.read(text.span, from: 0, into: &numbers)
      let lines = text[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      let expected = lines.map { line in
        DecimalNumber.parse((line.last == UInt8(ascii: "\r") ? line.dropLast() : line).span)
      }
      #expect(numbers.map(\.bitPattern) == expected.map { $0?.bitPattern }, "\(text), seed \(generator.seed)")
    }
  }
}
