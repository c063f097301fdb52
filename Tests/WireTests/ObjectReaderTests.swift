import Signing
import Testing
import Wire

@Suite struct ObjectReaderTests {
  @Test func anUnknownFieldIsRefusedByName() {
    var reader = Self.reader(["a": "x", "surprise": 1])
    #expect(throws: Never.self) { _ = try reader.string("a") }
    #expect(throws: FieldError("body.surprise", "is not a field of this object")) { try reader.finish() }
  }

  @Test func aFieldInAnotherSpellingIsAnUnknownOne() {
    for key in ["A", "a ", "а", "a\u{301}"] {
      var reader = Self.reader(JSONObject([key: "x"]))
      #expect(throws: FieldError("body.a", "is missing")) { _ = try reader.string("a") }
      #expect(throws: FieldError.self) { try reader.finish() }
    }
  }

  @Test func nullAndAbsentMeanTheSame() throws {
    for object in [["a": .null], [:]] as [JSONObject] {
      var reader = Self.reader(object)
      #expect(try reader.optionalString("a") == nil)
      #expect(try reader.optionalInt("a", in: 0...1) == nil)
      #expect(try reader.optionalDigest("a") == nil)
      #expect(throws: FieldError("body.a", "is missing")) { _ = try reader.required("a") }
      try reader.finish()
    }
  }

  @Test(arguments: ["1", 1, true, [], [:], ["1"]] as [JSONValue]) func aFieldOfAnotherTypeIsRefused(value: JSONValue) {
    var reader = Self.reader(["a": value])
    var refusals = 0
    do { _ = try reader.string("a") } catch { refusals += 1 }
    do { _ = try reader.int("a", in: 0...9) } catch { refusals += 1 }
    do { _ = try reader.object("a") } catch { refusals += 1 }
    do { _ = try reader.array("a", maximum: 9) } catch { refusals += 1 }
    do { _ = try reader.optionalBool("a") } catch { refusals += 1 }
    #expect(refusals == 4)
  }

  @Test(arguments: ["1.0", "1e0", "-1", "10", "99999999999999999999", "\"1\"", "true"])
  func aWholeNumberOutsideItsRangeIsRefused(literal: String) throws {
    var reader = try ObjectReader(StrictJSON.parse(Array("{\"n\":\(literal)}".utf8)), "body")
    let error = #expect(throws: FieldError.self) { _ = try reader.int("n", in: 0...9) }
    #expect(error?.problem == "expected a whole number from 0 to 9")
  }

  @Test func textsAndListsAreBounded() {
    var reader = Self.reader(["s": "12345", "l": [1, 2, 3], "t": ["a", 1]])
    #expect(throws: FieldError("body.s", "longer than 4 bytes")) { _ = try reader.string("s", maximum: 4) }
    #expect(throws: FieldError("body.l", "holds more than 2 items")) { _ = try reader.array("l", maximum: 2) }
    #expect(throws: FieldError("body.t", "expected a string, found a number")) {
      _ = try reader.strings("t", maximum: 9)
    }
  }

  @Test func aListThatNamesOneThingTwiceIsRefused() {
    var reader = Self.reader(["e": ["staging", "staging"]])
    #expect(throws: FieldError("body.e", "names one thing twice")) {
      _ = try reader.identifiers("e", maximum: 9, as: EnvironmentName.self)
    }
  }

  @Test func digestsTimesAndSignaturesHaveOneSpelling() {
    var reader = Self.reader([
      "bare": .string(String(repeating: "a", count: 64)), "time": "2026-01-02T03:04:05Z", "number": 1, "sig": "00",
    ])
    #expect(throws: FieldError.self) { _ = try reader.digest("bare") }
    #expect(throws: Never.self) { _ = try reader.looseDigest("bare") }
    #expect(throws: FieldError.self) { _ = try reader.time("time") }
    #expect(throws: Never.self) { _ = try reader.messageTime("time") }
    #expect(throws: FieldError.self) { _ = try reader.time("number") }
    #expect(throws: FieldError.self) { _ = try reader.hexSignature("sig") }
  }

  private static func reader(_ object: JSONObject) -> ObjectReader { ObjectReader(object, "body") }
}
