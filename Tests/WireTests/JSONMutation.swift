/// Makes JSON texts that are almost right: a sound text, then none to three small injuries.
enum JSONMutation {
  private static let sound = [
    #"{"v":1,"id":"0123","kind":"model.authorize","body":{"a":[1,2.5,-3e7],"b":null,"c":true}}"#,
    #"{"payload":"aGVsbG8=","payloadType":"text/plain","signatures":[{"keyid":"","sig":"AA=="}]}"#,
    #"[[],{},"",0,-0,1e-7,"\u00e9\ud83d\ude00\n",[[[[]]]],{"é":"é","e\u0301":2}]"#,
    #" { "a" : [ true , false , null ] , "\"" : "\\" } "#,
    #"{"a":{"a":{"a":{"a":{"a":1}}}},"b":[{"a":1},{"a":2}]}"#, "[1,2,3,4,5,6,7,8,9,10]", "\"plain\"", "-12.50E+3",
  ]

  private static let pieces =
    [
      ",", ":", "[", "]", "{", "}", "\"", "\\", "0", "1", "-", "+", ".", "e", "E", "null", "NaN", "Infinity", "1e999",
      " ",
      "\n", "\u{0c}", "\u{0}", "\u{7f}", "\u{a0}", "\u{feff}", #"\u0000"#, #"\ud800"#, #"\udc00"#, #"\u0061"#, #"\/"#,
      #""a":1,"#, #""a""#, "//", "é", "e\u{301}", "[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]",
      "1" + String(repeating: "0", count: 130),
    ].map { Array($0.utf8) } + [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF]]

  static func mutatedText(using generator: inout some RandomNumberGenerator) -> [UInt8] {
    var text = Array((sound.randomElement(using: &generator) ?? "").utf8)
    for _ in 0..<Int.random(in: 0...3, using: &generator) { injure(&text, using: &generator) }
    return text
  }

  private static func injure(_ text: inout [UInt8], using generator: inout some RandomNumberGenerator) {
    let place = Int.random(in: 0...text.count, using: &generator)
    let end = min(text.count, place + Int.random(in: 1...4, using: &generator))
    let piece = pieces.randomElement(using: &generator) ?? []
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: text.removeSubrange(place..<end)
    case 1: text.insert(contentsOf: text[place..<end], at: place)
    case 2: text.replaceSubrange(place..<min(text.count, place + 1), with: piece)
    case 3: text = Array(repeating: 0x5B, count: 30) + text + Array(repeating: 0x5D, count: 30)
    default: text.insert(contentsOf: piece, at: place)
    }
  }
}
