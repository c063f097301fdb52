import Glibc
import Testing
import TestSupport

@testable import Drift

/// Numbers from their text: the very double that the C library reads. The seed is printed where it is another.
@Suite struct DecimalNumberTests {
  private func parse(_ text: String) -> Double? { DecimalNumber.parse(Array(text.utf8).span) }

  private func isRead(_ text: String) -> Bool { parse(text)?.bitPattern == strtod(text, nil).bitPattern }

  @Test(arguments: [
    "", "-", "+", ".", "-.", "1.2.3", "1e", "e5", ".e5", "1e+", "1e+-5", "--1", "+-1", "1_000", "1,5", "0x10", "١",
    "1 ",
    "1\n", "nano", "in", "infinit",
  ])
  func whatIsNoNumberIsNone(text: String) { #expect(parse(text) == nil) }

  @Test(arguments: [
    "0", "-0", "0e9999", "0.0e-300", "-0e25", "00000000000000000000000000000001", "0.00000000000000000000000000001",
    "5.", ".5", "+1", "1E5", "1e-0005", "4.9e-324", "2.4703282292062327e-324", "2.2250738585072011e-308",
    "1.7976931348623157e308", "18446744073709551615", "18446744073709551616", "9999999999999999999",
    "9007199254740993", "9007199254740993.0000000000000000001", "9007199254740993e22", "0.1", "1e22", "1e23",
    "9007199254740991e22", "9007199254740993e27", "9007199254740993e-27", "123456789012345678e-28", "1e-27", "8.5e15",
    "12345678", "1234567.8", "12345678.12345678", "1234567/", "1234567:",
  ])
  func whatIsHardToReadIsReadAsTheLibraryReadsIt(text: String) {
    #expect(text.last?.isNumber == true || text.last == "." ? isRead(text) : parse(text) == nil)
  }

  @Test func whatIsTooGreatIsInfinite() {
    #expect(parse("1e309") == .infinity && parse("-1e309") == -.infinity)
  }

  @Test(arguments: ["nan", "NaN", "-nan", "inf", "-Inf", "+infinity", "INFINITY"])
  func wordsForWhatIsNotFiniteAreNumbers(text: String) { #expect(parse(text)?.isFinite == false) }

  @Test func everyTextOfADoubleIsReadAsThatDouble() {
    var generator = SeededGenerator()
    for _ in 0..<50_000 {
      let value =
        Bool.random(using: &generator)
        ? Double(bitPattern: generator.next()) : Double.random(in: -100...100, using: &generator)
      guard value.isFinite else { continue }
      #expect(parse("\(value)")?.bitPattern == value.bitPattern, "\(value), seed \(generator.seed)")
    }
  }

  @Test func anyDigitsPointsAndExponentsAreReadAsTheLibraryReadsThem() {
    var generator = SeededGenerator()
    for _ in 0..<100_000 {
      let text = randomText(&generator)
      #expect(isRead(text), "\(text), seed \(generator.seed)")
    }
  }

  /// Where two doubles are as near, or one is nearer by the last digit.
  @Test func whatIsHalfwayBetweenTwoDoublesIsRoundedToEven() {
    var generator = SeededGenerator()
    for _ in 0..<20_000 {
      let shift = UInt64.random(in: 1...10, using: &generator)
      let middle = (generator.next() >> 11 | 1 << 52) << shift | 1 << (shift - 1)
      for digits in [middle - 1, middle, middle + 1] {
        let text =
          "\(digits)" + (Bool.random(using: &generator) ? "" : "e\(Int.random(in: -30...30, using: &generator))")
        #expect(isRead(text), "\(text), seed \(generator.seed)")
      }
    }
  }

  /// Some leading zeroes, 1 to 24 digits, a point anywhere or nowhere, and often an exponent.
  private func randomText(_ generator: inout SeededGenerator) -> String {
    let zeroes = String(repeating: "0", count: max(0, Int.random(in: -6...6, using: &generator)))
    var text = zeroes + (0..<Int.random(in: 1...24, using: &generator)).map { _ in "\(generator.next() % 10)" }.joined()
    if Bool.random(using: &generator) {
      let place = Int.random(in: 0...text.count, using: &generator)
      text.insert(".", at: text.index(text.startIndex, offsetBy: place))
    }
    let width = [0, 5, 30, 350].randomElement(using: &generator) ?? 0
    let exponent = Int.random(in: -width...width, using: &generator)
    return (Bool.random(using: &generator) ? "-" : "") + text + (width == 0 ? "" : "e\(exponent)")
  }
}
