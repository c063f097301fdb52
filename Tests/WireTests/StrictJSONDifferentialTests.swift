import TestSupport
import Testing
import Wire

/// Two parsers that were written apart must agree on what is JSON and what it says.
@Suite struct StrictJSONDifferentialTests {
  @Test func agreesWithPythonOnMutatedTexts() throws {
    var generator = SeededGenerator()
    let texts = (0..<2000).map { _ in JSONMutation.mutatedText(using: &generator) }
    let answers = try StrictPython.compare(texts.map { ($0, (try? StrictJSON.parse($0))?.serialized()) })
    try #require(answers.count == texts.count, "python3 answered \(answers.count) of \(texts.count)")
    var accepted = 0
    for (text, answer) in zip(texts, answers) {
      let value = try? StrictJSON.parse(text)
      accepted += value == nil ? 0 : 1
      let what = "TEST_SEED=\(generator.seed): \(String(decoding: text, as: UTF8.self).debugDescription)"
      #expect((value != nil) == (answer != "refused"), "\(what), python: \(answer)")
      // What was read must also mean the same: Python compares its own reading with its reading of our text.
      #expect(answer != "different", "\(what)")
    }
    print("strict JSON against python3: seed \(generator.seed), \(accepted) of \(texts.count) texts accepted by both")
    #expect(accepted > 200 && accepted < 1800)
  }
}
