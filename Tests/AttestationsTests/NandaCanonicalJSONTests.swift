import Attestations
import Signing
import TestSupport
import Testing
import Wire

@Suite struct NandaCanonicalJSONTests {
  @Test(arguments: [
    (#"{"b":1,"a":[null,true,false]}"#, #"{"a":[null,true,false],"b":1}"#), (" [ 1 , 2 ] ", "[1,2]"), ("{}", "{}"),
    (#"{"😀":1,"\uffee":2,"é":3,"z":4}"#, #"{"z":4,"\u00e9":3,"\uffee":2,"\ud83d\ude00":1}"#),
    (#""\u007f\u0001\b\f\n\r\t\"\\\/""#, #""\u007f\u0001\b\f\n\r\t\"\\/""#), ("1e2", "100.0"), ("1.0", "1.0"),
    ("-0", "0"),
    ("-0.0", "-0.0"), ("1E16", "1e+16"), ("12345678901234567.0", "1.2345678901234568e+16"),
    ("123456789012345678901234567890", "123456789012345678901234567890"), ("0.0001", "0.0001"), ("0.00001", "1e-05"),
    ("0.000012345", "1.2345e-05"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ("9007199254740993.0", "9007199254740992.0"), ("1e22", "1e+22"), ("9999999999999998.0", "9999999999999998.0"),
  ])
  func theCanonicalForm(text: String, canonical: String) throws {
    let value = try StrictJSON.parse(Array(text.utf8))
    #expect(String(decoding: NandaCanonicalJSON.encode(value), as: UTF8.self) == canonical)
  }

  @Test func agreesWithPythonOnRandomDoubles() throws {
    var generator = SeededGenerator()
    let doubles = Self.randomDoubles(using: &generator)
    let answers = try Python.run(
      "import struct, sys\nfor line in sys.stdin: print(repr(struct.unpack('>d', bytes.fromhex(line))[0]))",
      doubles.map { double in Hex.encode((0..<8).map { UInt8(truncatingIfNeeded: double.bitPattern >> (56 - 8 * $0)) })
      })
    try #require(answers.count == doubles.count)
    for (double, answer) in zip(doubles, answers) {
      let number = try #require(JSONNumber(double))
      let ours = String(decoding: NandaCanonicalJSON.encode(.number(number)), as: UTF8.self)
      #expect(ours == answer, "TEST_SEED=\(generator.seed)")
    }
  }

  @Test func agreesWithPythonOnTexts() throws {
    var generator = SeededGenerator()
    let texts = (0..<500).map { _ in Self.randomText(using: &generator) }
    let answers = try Python.run(
      "import json, sys\nfor line in sys.stdin: print(json.dumps(bytes.fromhex(line).decode()))",
      texts.map { Hex.encode(Array($0.utf8)) })
    try #require(answers.count == texts.count)
    for (text, answer) in zip(texts, answers) {
      let ours = String(decoding: NandaCanonicalJSON.encode(.string(text)), as: UTF8.self)
      #expect(ours == answer, "TEST_SEED=\(generator.seed)")
    }
  }

  /// Any bit pattern, and values around the places where Python changes its notation.
  private static func randomDoubles(using generator: inout SeededGenerator) -> [Double] {
    let patterns = (0..<3000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
    let exponents: [Double] = [1e-6, 1e-5, 1e-4, 1e-3, 1, 1e15, 1e16, 1e17, 1e18, 1e21]
    let nearby = exponents.flatMap { base in
      (0..<50).map { _ in base * Double.random(in: -2...2, using: &generator) } + [
        base, base.nextUp, base.nextDown, -base,
      ]
    }
    let whole = (0..<500).map { _ in Double(Int64.random(in: Int64.min...Int64.max, using: &generator) >> 8) }
    return patterns + nearby + whole
  }

  private static func randomText(using generator: inout SeededGenerator) -> String {
    let scalars = (0..<12).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &generator) ? 0x17F : 0x10FFFF), using: &generator))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
