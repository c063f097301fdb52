import Attestations
import FuzzProperties
import Signing
import TestSupport
import Testing
import Wire

/// The inputs on which a fuzzer saw one parser take different ways, given to a second parser that was written apart.
@Suite struct DifferentialTests {
  @Test(arguments: ["strict-json", "canonical-json", "envelope", "message", "trust-root"])
  func pythonReadsTheSameJSON(name: String) throws {
    let inputs = try KeptInput.all(of: name)
    let texts = inputs.map { (text: $0.bytes, ours: (try? StrictJSON.parse($0.bytes))?.serialized()) }
    let answers = try StrictPython.compare(texts)
    try #require(answers.count == inputs.count)
    for (index, answer) in answers.enumerated() {
      let due = texts[index].ours == nil ? "refused" : "same"
      #expect(answer == due, "\(inputs[index].path)")
    }
    print("strict JSON, \(name): \(inputs.count) texts, python3 accepts \(answers.count { $0 == "same" })")
  }

  @Test func pythonWritesTheSameCanonicalJSON() throws {
    let inputs = try KeptInput.all(of: "canonical-json")
    let answers = try StrictPython.canonicalForms(of: inputs.map(\.bytes))
    try #require(answers.count == inputs.count)
    for (input, answer) in zip(inputs, answers) {
      let ours = (try? StrictJSON.parse(input.bytes)).map { Hex.encode(NandaCanonicalJSON.encode($0)) }
      #expect(answer == ours ?? "refused", "\(input.path)")
    }
  }

  /// The second bound lies among the payloads of the corpus, and at no multiple of three.
  @Test(arguments: [Message.maximumPayload, 47]) func pythonReadsTheSameEnvelope(maximumPayload: Int) throws {
    let inputs = try KeptInput.all(of: "envelope")
    let answers = try StrictPython.envelopes(inputs.map(\.bytes), maximumPayload: maximumPayload)
    try #require(answers.count == inputs.count)
    for (input, answer) in zip(inputs, answers) {
      let ours = try? UnverifiedEnvelope(parsing: input.bytes, maximumPayload: maximumPayload)
      #expect(answer == ours?.inHex ?? "refused", "\(input.path)")
    }
    print(
      "envelopes of at most \(maximumPayload): \(inputs.count), python3 accepts \(answers.count { $0 != "refused" })")
  }

  /// Each text as the payload of an envelope that is otherwise sound.
  @Test func pythonReadsTheSameBase64() throws {
    let inputs = try KeptInput.all(of: "base64").compactMap { input in
      String(validating: input.bytes, as: UTF8.self).map { (path: input.path, text: $0) }
    }
    let frames = inputs.map { input in
      let value: JSONValue = ["payloadType": "", "payload": .string(input.text), "signatures": [["sig": ""]]]
      return value.serialized()
    }
    let answers = try StrictPython.envelopes(frames, maximumPayload: Message.maximumPayload)
    try #require(answers.count == inputs.count)
    for (input, answer) in zip(inputs, answers) {
      #expect(answer == Base64.decode(input.text).map { " \(Hex.encode($0)) :" } ?? "refused", "\(input.path)")
    }
  }
}

extension UnverifiedEnvelope {
  /// As `StrictPython.envelopes` says it.
  fileprivate var inHex: String {
    let items = signatures.map { "\(Hex.encode(Array($0.keyID.utf8))):\(Hex.encode($0.bytes))" }
    return ([Hex.encode(Array(payloadType.utf8)), Hex.encode(payload)] + items).joined(separator: " ")
  }
}
