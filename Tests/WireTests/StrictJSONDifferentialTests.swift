import Signing
import TestSupport
import Testing
import Wire

/// Two parsers that were written apart must agree on what is JSON and what it says.
@Suite struct StrictJSONDifferentialTests {
  @Test func agreesWithPythonOnMutatedTexts() throws {
    var generator = SeededGenerator()
    let texts = (0..<2000).map { _ in JSONMutation.mutatedText(using: &generator) }
    let answers = try Self.askPython(texts)
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

  private static func askPython(_ texts: [[UInt8]]) throws -> [String] {
    try Python.run(
      referee,
      texts.map { text in
        let ours = (try? StrictJSON.parse(text))?.serialized() ?? []
        return "\(Hex.encode(text)) \(Hex.encode(ours))"
      })
  }

  /// Python's `json` with the hooks that make it as strict as this project.
  private static let referee = #"""
    import json, math, sys

    def members(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    def short(literal):
        if len(literal) > 128 or not math.isfinite(float(literal)):
            raise ValueError("number")
        return literal

    def constant(name):
        raise ValueError(name)

    def check(value, depth):
        if isinstance(value, str):
            value.encode("utf-8")
            if "\0" in value:
                raise ValueError("U+0000")
        elif isinstance(value, (dict, list)):
            if depth == 32:
                raise ValueError("depth")
            for item in value if isinstance(value, list) else [*value.keys(), *value.values()]:
                check(item, depth + 1)

    def strict(data):
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=members, parse_constant=constant,
            parse_int=lambda text: int(short(text)), parse_float=lambda text: float(short(text)))
        check(value, 0)
        return value

    for line in sys.stdin:
        theirs, ours = line[:-1].split(" ")
        try:
            value = strict(bytes.fromhex(theirs))
        except (ValueError, RecursionError):
            print("refused")
            continue
        try:
            print("same" if not ours or repr(strict(bytes.fromhex(ours))) == repr(value) else "different")
        except (ValueError, RecursionError):
            print("different")
    """#
}
