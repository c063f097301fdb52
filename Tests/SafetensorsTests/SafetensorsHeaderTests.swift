import Testing

@testable import Safetensors

@Suite struct SafetensorsHeaderTests {
  private static let length = SafetensorsHeader.lengthByteCount

  private func read(_ json: String, data: Int64) throws -> SafetensorsHeader {
    try SafetensorsHeader(parsing: Array(json.utf8), dataByteCount: data)
  }

  private func tensor(_ type: String, _ shape: String, _ begin: Int64, _ end: Int64) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  private func problem(_ json: String, data: Int64) -> String {
    do {
      _ = try read(json, data: data)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test(arguments: [0, 1, 7]) func aFileThatEndsInItsLength(count: Int) {
    #expect(throws: SafetensorsError.truncated(fileByteCount: Int64(count))) {
      try SafetensorsHeader.byteCount([UInt8](repeating: 0, count: count), fileByteCount: Int64(count))
    }
  }

  @Test(arguments: [UInt64(93), 1 << 32, 1 << 62, .max - 7, .max]) func aHeaderThatWouldEndBehindTheFile(
    _ length: UInt64
  ) {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
    #expect(throws: SafetensorsError.lengthBeyondFile(length, fileByteCount: 100)) {
      try SafetensorsHeader.byteCount(bytes, fileByteCount: 100)
    }
  }

  @Test func aHeaderOverTheBoundIsNotReadThoughTheFileIsLongEnough() {
    let length = UInt64(SafetensorsHeader.maximumByteCount) + 1
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
    #expect(throws: SafetensorsError.tooLong(length)) {
      try SafetensorsHeader.byteCount(bytes, fileByteCount: 1 << 40)
    }
  }

  @Test(arguments: [
    "", " {}", "[]", "\"{\"", "{", "{,}", "{}}", "{} x", "\u{FEFF}{}", #"{"a":1,"a":2}"#, #"{"a":{"dtype":"U8",}}"#,
    #"{"a":NaN}"#, #"{"a":[]}"#, #"{"a":null}"#, #"{"__metadata__":{"n":1}}"#, #"{"__metadata__":"text"}"#,
    String(repeating: "{\"a\":", count: 40) + "1" + String(repeating: "}", count: 40),
  ])
  func whatIsNoStrictJSONOrNotTheFormats(_ json: String) {
    #expect(throws: SafetensorsError.self) { try read(json, data: 0) }
  }

  @Test(arguments: [
    #"{"dtype":"U8","shape":[1]}"#, #"{"dtype":"U8","data_offsets":[0,1]}"#, #"{"shape":[1],"data_offsets":[0,1]}"#,
    #"{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}"#, #"{"dtype":8,"shape":[1],"data_offsets":[0,1]}"#,
    #"{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}"#, #"{"dtype":"U8","shape":[1],"data_offsets":[0]}"#,
    #"{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}"#, #"{"dtype":"U8","shape":1,"data_offsets":[0,1]}"#,
    #"{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}"#, #"{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}"#,
    #"{"dtype":"U8","shape":[1],"data_offsets":[0,1e0]}"#, #"{"dtype":"U8","shape":[1],"data_offsets":["0","1"]}"#,
    #"{"dtype":"U8","shape":[1],"data_offsets":[0,99999999999999999999]}"#,
    #"{"dtype":"U8","shape":[1],"data_offsets":[1,0]}"#,
  ])
  func aTensorWithAFieldTooManyTooFewOrOfAnotherKind(_ tensor: String) {
    #expect(throws: SafetensorsError.self) { try read(#"{"a":\#(tensor)}"#, data: 1) }
  }

  @Test(arguments: ["F128", "f32", "", "FLOAT", "F32 ", "\u{1B}[2J"]) func anUnknownType(_ type: String) {
    let json = #"{"a":\#(tensor(type == "\u{1B}[2J" ? "\\u001b[2J" : type, "[1]", 0, 4))}"#
    #expect(throws: SafetensorsError.unknownType(type, tensor: "a")) { try read(json, data: 4) }
    #expect(!problem(json, data: 4).utf8.contains(0x1B))
  }

  @Test func aShapeThatTakesMoreOrLessThanItsBytes() {
    for end in [0, 7, 9, 16] as [Int64] {
      #expect(problem(#"{"a":\#(tensor("F32", "[2]", 0, end))}"#, data: end).contains("does not take"))
    }
  }

  @Test func aShapeWhoseProductOverflowsIsNotTakenForASmallOne() {
    for shape in ["[4294967296,4294967296]", "[9223372036854775807,2]", "[2305843009213693952,8]"] {
      #expect(problem(#"{"a":\#(tensor("U8", shape, 0, 0))}"#, data: 0).contains("does not take"))
    }
  }

  @Test func halfAByteIsNoSize() {
    #expect(problem(#"{"a":\#(tensor("F4", "[3]", 0, 1))}"#, data: 1).contains("does not take"))
    #expect(problem(#"{"a":\#(tensor("F6_E2M3", "[2]", 0, 1))}"#, data: 1).contains("does not take"))
  }

  @Test func tensorsThatOverlap() {
    let (a, b) = (tensor("U8", "[8]", 0, 8), tensor("U8", "[8]", 4, 12))
    #expect(problem(#"{"a":\#(a),"b":\#(b)}"#, data: 12).contains("overlap"))
    #expect(problem(#"{"a":\#(a),"b":\#(a)}"#, data: 8).contains("overlap"), "one range under two names")
  }

  @Test func aTensorBeyondTheEndOfTheFile() {
    #expect(problem(#"{"a":\#(tensor("U8", "[8]", 0, 8))}"#, data: 7).contains("cut short"))
    #expect(problem(#"{"a":\#(tensor("U8", "[0]", 9, 9))}"#, data: 7).contains("cut short"))
  }

  @Test func bytesThatNoTensorCovers() {
    #expect(problem("{}", data: 1).contains("no tensor covers the bytes 0 to 1"))
    #expect(problem(#"{"a":\#(tensor("U8", "[8]", 0, 8))}"#, data: 9).contains("no tensor covers"))
    #expect(problem(#"{"a":\#(tensor("U8", "[8]", 1, 9))}"#, data: 9).contains("no tensor covers"))
    let apart = #"{"a":\#(tensor("U8", "[2]", 0, 2)),"b":\#(tensor("U8", "[2]", 3, 5))}"#
    #expect(problem(apart, data: 5).contains("no tensor covers the bytes 2 to 3"))
  }

  @Test func moreValuesThanAreRead() {
    let shape = "[" + Array(repeating: "1", count: 200).joined(separator: ",") + "]"
    let tensors = (0..<6000).map { #""t\#($0)":\#(tensor("U8", shape, Int64($0), Int64($0) + 1))"# }
    #expect(problem("{" + tensors.joined(separator: ",") + "}", data: 6000).contains("too many values"))
  }

  @Test func aSoundHeaderIsReadInTheOrderOfItsData() throws {
    let json = """
      {"__metadata__":{"format":"pt"},"b":\(tensor("BF16", "[2,3]", 4, 16)),"s":\(tensor("F32", "[]", 0, 4)),\
      "none":\(tensor("I64", "[7,0]", 16, 16))}   
      """
    let header = try read(json, data: 16)
    #expect(header.tensors.map(\.name) == ["s", "b", "none"])
    #expect(header.tensors.map(\.shape) == [[], [2, 3], [7, 0]])
  }

  @Test func aModelOfManyTensorsIsRead() throws {
    let tensors = (0..<50_000).map { #""layer.\#($0)":\#(tensor("U8", "[1,1]", Int64($0), Int64($0) + 1))"# }
    #expect(try read("{" + tensors.joined(separator: ",") + "}", data: 50_000).tensors.count == 50_000)
  }

  @Test(arguments: SafetensorsType.allCases) func everyTypeHasItsSize(_ type: SafetensorsType) throws {
    let size = try #require(type.byteCount(shape: [8]))
    #expect(try read(#"{"a":\#(tensor(type.rawValue, "[8]", 0, size))}"#, data: size).tensors.count == 1)
    #expect((4...64).contains(size))
  }
}
