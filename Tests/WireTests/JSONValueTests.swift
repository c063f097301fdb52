import Testing
import Wire

@Suite struct JSONValueTests {
  @Test func equalityIgnoresTheOrderOfMembersAndNothingElse() {
    let value: JSONValue = ["a": 1, "b": [1, 2]]
    #expect(value == ["b": [1, 2], "a": 1])
    let others: [JSONValue] = [
      ["a": 1], ["a": 1, "b": [2, 1]], ["a": 1, "b": [1, 2], "c": .null], ["a": "1", "b": [1, 2]],
      ["A": 1, "b": [1, 2]], .null,
    ]
    for other in others { #expect(value != other) }
  }

  @Test func composedAndDecomposedTextsDiffer() {
    #expect(JSONValue.string("caf\u{e9}") != JSONValue.string("cafe\u{301}"))
  }

  @Test func numbersKeepTheirLiteral() throws {
    let value = try StrictJSON.parse(Array("[1.0, 10e-1, 123456789012345678901234567890]".utf8))
    #expect(value.jsonText == "[1.0,10e-1,123456789012345678901234567890]")
    #expect(value.array?.map(\.int) == [nil, nil, nil])
    #expect(value.array?.first?.double == 1)
  }

  @Test func whatJSONCannotSayIsNoNumber() {
    #expect(JSONNumber(Double.nan) == nil)
    #expect(JSONNumber(Double.infinity) == nil)
    #expect(JSONNumber(0.1)?.literal == "0.1")
  }

  @Test func everyControlCharacterIsEscapedAndReadBack() throws {
    let text = String(String.UnicodeScalarView((1..<0x20).compactMap { Unicode.Scalar(UInt32($0)) }))
    let written = JSONValue.string(text).serialized()
    #expect(written.allSatisfy { $0 >= 0x20 })
    #expect(try StrictJSON.parse(written).string == text)
  }
}
