import Testing
import Wire

@Suite struct StrictJSONTests {
  @Test(arguments: [
    ("null", "null"), (" \t\r\n true \t\r\n ", "true"), ("[]", "[]"), ("{}", "{}"), ("\"\"", "\"\""), ("0", "0"),
    ("-0", "-0"), ("[1,2.50,-3e+7,4E-2]", "[1,2.50,-3e+7,4E-2]"), ("1e308", "1e308"), ("1e-400", "1e-400"),
    (#"{"b":1,"a":{"b":2}}"#, #"{"b":1,"a":{"b":2}}"#), (#"{"": 1, " ": 2}"#, #"{"":1," ":2}"#),
    (#""\u0041\u00e9\ud83d\ude00""#, #""Aé😀""#), (#""\"\\\/\b\f\n\r\t\u001f""#, #""\"\\/\b\f\n\r\t\u001f""#),
    ("\"\u{7f}\u{2028}\u{10FFFF}\"", "\"\u{7f}\u{2028}\u{10FFFF}\""),
  ])
  func goodTextIsReadAndWrittenBack(text: String, written: String) throws {
    let value = try StrictJSON.parse(Array(text.utf8))
    #expect(value.jsonText == written)
    #expect(try StrictJSON.parse(value.serialized()) == value)
  }

  @Test(arguments: [
    (#"{"a":1,"a":1}"#, "twice"), (#"{"a":1,"b":2,"a":3}"#, "twice"), (#"{"a":1,"\u0061":2}"#, "twice"),
    (#"{"\u00e9":1,"é":2}"#, "twice"), (#"{"😀":1,"\ud83d\ude00":2}"#, "twice"), (#"[{"x":{"":1,"":2}}]"#, "twice"),
  ])
  func aKeyThatStandsTwiceIsRefusedHoweverItIsSpelled(text: String, problem: String) {
    Self.expectRefusal(Array(text.utf8), saying: problem)
  }

  @Test func aRepeatedKeyIsFoundInALargeObjectToo() {
    let members = (0..<3000).map { "\"k\($0)\":0" }
    Self.expectRefusal(Array("{\((members + ["\"k7\":0"]).joined(separator: ","))}".utf8), saying: "twice")
    #expect(throws: Never.self) { try StrictJSON.parse(Array("{\(members.joined(separator: ","))}".utf8)) }
  }

  /// Swift's `String ==` would call these one key.
  @Test func composedAndDecomposedKeysAreTwoKeys() throws {
    let object = try #require(try StrictJSON.parse(Array("{\"caf\u{e9}\":1,\"cafe\u{301}\":2}".utf8)).object)
    #expect(object["caf\u{e9}"]?.int == 1)
    #expect(object["cafe\u{301}"]?.int == 2)
    #expect(object != ["caf\u{e9}": 2, "cafe\u{301}": 1])
  }

  @Test(arguments: [
    ("", "ends early"), ("  ", "ends early"), ("[1,]", "no value begins"), (#"{"a":1,}"#, "expected a key"),
    ("[,1]", "no value begins"), ("[1 2]", "expected a comma"), ("{1:2}", "expected a key"), (#"{"a" 1}"#, "colon"),
    (#"{"a"}"#, "colon"), ("[1", "expected a comma"), (#"{"a":"#, "ends early"), ("[1]]", "follows the value"),
    ("1 1", "follows the value"), ("null null", "follows the value"), ("nul", "expected null"),
    ("True", "no value begins"), ("undefined", "no value begins"), ("'a'", "no value begins"),
    ("/* c */ 1", "no value begins"), ("1 // c", "follows the value"), ("\u{a0}1", "no value begins"),
    ("1\u{0c}", "follows the value"), ("]", "no value begins"),
  ])
  func brokenGrammarIsRefused(text: String, problem: String) {
    Self.expectRefusal(Array(text.utf8), saying: problem)
  }

  @Test(arguments: [
    "01", "-01", "00", "+1", ".5", "1.", "1.e1", "-", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "-Infinity",
    "1e400",
    "-1e400", "1e309", "١", String(repeating: "1", count: 129),
  ])
  func whatIsNoFiniteNumberIsRefused(text: String) {
    Self.expectRefusal(Array(text.utf8))
    Self.expectRefusal(Array("[\(text)]".utf8))
    Self.expectRefusal(Array("{\"a\":\(text)}".utf8))
  }

  @Test(arguments: [
    (#""\ud800""#, "surrogate"), (#""\udc00""#, "surrogate"), (#""\ud800x""#, "surrogate"),
    (#""\ud800\n""#, "surrogate"), (#""\ud800\ud800""#, "surrogate"), (#""\ud800\u0041""#, "surrogate"),
    (#""\udc00\ud800""#, "surrogate"), (#"{"\ud800":1}"#, "surrogate"), (#""\u0000""#, "U+0000"),
    (#"{"\u0000":1}"#, "U+0000"), (#""\x41""#, "unknown escape"), (#""\'""#, "unknown escape"),
    (#""\U0041""#, "unknown escape"), (#""\u00g0""#, "four hex"), (#""\u+041""#, "four hex"),
    (#""\u00""#, "ends early"),
    (#""\u004"#, "ends early"), (#""abc"#, "without its end"), (#""abc\"#, "ends early"), ("\"a\nb\"", "control"),
    ("\"a\tb\"", "control"), ("\"\u{0}\"", "control"), ("\"\u{1f}\"", "control"), ("\"\\u00４１\"", "four hex"),
  ])
  func aBrokenStringIsRefused(text: String, problem: String) {
    Self.expectRefusal(Array(text.utf8), saying: problem)
  }

  @Test(
    arguments: [
      [0x80], [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x9F, 0x98],  // cut off or unstarted
      [0xC0, 0x80], [0xC1, 0xA1], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF],  // overlong
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],  // none
    ] as [[UInt8]])
  func bytesThatAreNotUTF8AreRefused(bytes: [UInt8]) {
    Self.expectRefusal([0x22] + bytes + [0x22], saying: "UTF-8")
    Self.expectRefusal([0x22, 0x5C, 0x6E] + bytes + [0x22], saying: "UTF-8")
    Self.expectRefusal(Array("{\"".utf8) + bytes + Array("\":1}".utf8), saying: "UTF-8")
    Self.expectRefusal(bytes + [0x31])
    Self.expectRefusal([0x31] + bytes)
  }

  @Test(arguments: [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]] as [[UInt8]])
  func aByteOrderMarkIsRefused(mark: [UInt8]) {
    Self.expectRefusal(mark + Array("{}".utf8))
    Self.expectRefusal(Array("{}".utf8) + mark)
  }

  @Test func utf16IsRefused() {
    Self.expectRefusal(Array("{}".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
  }

  @Test func depth32IsReadAndDepth33IsRefused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
      let levels = 32 / open.filter { "[{".contains($0) }.count
      let deepest = String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
      #expect(throws: Never.self) { try StrictJSON.parse(Array(deepest.utf8)) }
      Self.expectRefusal(Array("[\(deepest)]".utf8), saying: "deeper than 32")
    }
    Self.expectRefusal(Array((String(repeating: "[", count: 32) + "[]").utf8), saying: "deeper than 32")
    Self.expectRefusal([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20), saying: "deeper than 32")
  }

  @Test func aSmallTextOfVeryManyValuesIsRefused() {
    let zeros = [[UInt8]](repeating: [0x30], count: StrictJSON.maximumValueCount).joined(separator: [0x2C])
    Self.expectRefusal([0x5B] + Array(zeros) + [0x5D], saying: "too many values")
  }

  @Test func anErrorSaysWhere() {
    let error = #expect(throws: JSONSyntaxError.self) { try StrictJSON.parse(Array(#"{"a":1,"a":2}"#.utf8)) }
    #expect(error?.offset == 7)
  }

  private static func expectRefusal(
    _ bytes: [UInt8], saying problem: String = "", at location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: JSONSyntaxError.self, sourceLocation: location) { try StrictJSON.parse(bytes) }
    guard let error, !problem.isEmpty else { return }
    #expect(error.problem.contains(problem), "\(error)", sourceLocation: location)
  }
}
