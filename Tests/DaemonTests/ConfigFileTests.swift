import Foundation
import Testing
import Wire

@testable import Daemon

@Suite struct ConfigFileTests {
  private func parse(_ text: String) throws -> ConfigSection {
    try ConfigFile.parse(text, path: "/etc/planes/serving.yaml")
  }

  private func problem(_ text: String, _ read: (ConfigSection) throws -> Void = { _ in }) -> String {
    do {
      let config = try parse(text)
      try read(config)
      try config.finish()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func everyKindOfValueIsReadAndCommentsAreAllowed() throws {
    let config = try parse(
      """
      # a comment
      plane: serving-plane   # another
      state: state.sqlite
      trust: /etc/trust
      connections: 64
      timeout: 30
      strict: true
      groups: [risk, ml]
      environments:
        staging: {endpoint: directory}
        production:
          endpoint: "socket"
      """)
    #expect(try config.string("plane") == "serving-plane")
    #expect(try config.path("state") == "/etc/planes/state.sqlite")
    #expect(try config.path("trust") == "/etc/trust")
    #expect(try config.int("connections", in: 1...1000) == 64)
    #expect(try config.seconds("timeout", in: 1...60) == .seconds(30))
    #expect(try config.bool("strict"))
    #expect(try config.strings("groups") == ["risk", "ml"])
    let environments = try config.map("environments")
    #expect(environments.keys == ["staging", "production"])
    #expect(try environments.keys.map { try environments.map($0).string("endpoint") } == ["directory", "socket"])
    try config.finish()
  }

  @Test func absentKeysTakeTheirDefaults() throws {
    let config = try parse("plane: x")
    #expect(!config.has("timeout") && config.has("plane"))
    #expect(try config.int("connections", in: 1...10, default: 4) == 4)
    #expect(try config.strings("groups", default: []) == [])
    try config.finish()
  }

  @Test func anUnknownKeyIsRefusedByNameAndLine() {
    #expect(
      problem("plane: x\nplain: y") { _ = try $0.string("plane") }
        == "config /etc/planes/serving.yaml: line 2: unknown key `plain`; the keys here are: plane")
  }

  @Test func anUnknownKeyInANestedMappingIsRefused() {
    let text = "limits:\n  frames: 1\n  frame: 2"
    #expect(problem(text) { _ = try $0.map("limits").int("frames", in: 1...9) }.contains("unknown key `limits.frame`"))
  }

  @Test func aMissingKeyIsNamed() {
    #expect(problem("a: b") { _ = try $0.path("state") }.contains("`state`: is missing; expected a path"))
  }

  @Test(arguments: [
    ("n: ten", "an integer from 1 to 9, found \"ten\""), ("n: 10", "found \"10\""), ("n: '5'", "found \"5\""),
    ("n: 0x5", "found \"0x5\""), ("n: 5.0", "found \"5.0\""), ("n: [5]", "found a list"),
    ("n: {a: 5}", "found a mapping"),
    ("n:", "found nothing"), ("n: ~", "found nothing"), ("n: 99999999999999999999", "found \"9999"),
  ])
  func aWrongIntegerIsNamedWithWhatIsExpected(_ text: String, _ expected: String) {
    let problem = problem(text) { _ = try $0.int("n", in: 1...9) }
    #expect(problem.contains("line 1: `n`: expected an integer") && problem.contains(expected), "\(problem)")
  }

  @Test func wrongTypesOfOtherKindsAreNamed() {
    #expect(problem("b: yes") { _ = try $0.bool("b") }.contains("expected true or false, found \"yes\""))
    #expect(problem("s: [a]") { _ = try $0.string("s") }.contains("expected a text, found a list"))
    #expect(problem("s: ''") { _ = try $0.string("s") }.contains("expected a text"))
    #expect(problem("l: a") { _ = try $0.strings("l") }.contains("expected a list of texts"))
    #expect(problem("l: [a, [b]]") { _ = try $0.strings("l") }.contains("expected a list of texts"))
    #expect(problem("m: a") { _ = try $0.map("m") }.contains("`m` is not a mapping"))
    #expect(problem("p: \"a\\0b\"") { _ = try $0.path("p") }.contains("NUL"))
  }

  @Test func textsThatLookLikeOtherThingsStayTexts() throws {
    let config = try parse("a: no\nb: 0123\nc: 12e4\nd: 2026-01-02")
    #expect(try ["a", "b", "c", "d"].map { try config.string($0) } == ["no", "0123", "12e4", "2026-01-02"])
  }

  @Test func aKeyGivenTwiceIsRefused() {
    #expect(problem("a: 1\nb: 2\na: 3").contains("given more than once: a"))
    #expect(problem("m:\n  a: 1\n  a: 1").contains("given more than once: a"))
  }

  @Test func anchorsAndAliasesAreRefusedBeforeTheyUnfold() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<40 {
      let alias = "*a\(level - 1)"
      bomb += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
    }
    #expect(problem(bomb).contains("anchors and aliases"))
    #expect(problem("a: &x b\nc: *x").contains("line 1: anchors and aliases"))
  }

  @Test(arguments: ["", "# only a comment", "- a\n- b", "text", "a: [b", "a: b\n---\nc: d", "[x]: y", "a: b: c"])
  func whatIsNotOneMappingIsRefused(_ text: String) {
    #expect(problem(text).hasPrefix("config /etc/planes/serving.yaml: "))
  }

  @Test func aFileIsReadOnlyWhenNobodyElseCouldHaveWrittenIt() throws {
    let directory = try ScratchDirectory()
    let good = try directory.write("plane: x", to: "good.yaml", mode: 0o644)
    #expect(try ConfigFile.read(path: good).string("plane") == "x")
    let open = try directory.write("plane: x", to: "open.yaml", mode: 0o664)
    let error = #expect(throws: ConfigError.self) { try ConfigFile.read(path: open) }
    #expect("\(try #require(error))".contains("chmod go-w"))
  }

  @Test func aFileThatIsTooLongAbsentOrNoTextIsRefused() throws {
    let directory = try ScratchDirectory()
    let long = try directory.write("# " + String(repeating: "x", count: 65_536), to: "long.yaml")
    #expect(throws: ConfigError.self) { try ConfigFile.read(path: long) }
    #expect(throws: ConfigError.self) { try ConfigFile.read(path: "\(directory.path)/absent.yaml") }
    #expect(throws: ConfigError.self) { try ConfigFile.read(path: directory.path) }
    let binary = try directory.write("", to: "binary.yaml")
    try Data([0x61, 0x3a, 0x20, 0xff]).write(to: URL(filePath: binary))
    #expect(throws: ConfigError.self) { try ConfigFile.read(path: binary) }
  }

  @Test func aListOfMappingsIsHandedOnAsJSONSaysIt() throws {
    let config = try parse(
      """
      agents:
        - id: a
          version: 1.0
          public: false
          limit: 3
          skills: [one, {id: two, description: "3"}]
          nothing:
      """)
    let agents = try config.objects("agents", maximum: 4)
    try config.finish()
    #expect(
      JSONValue.array(agents.map { .object($0) }).jsonText
        == #"[{"id":"a","version":1.0,"public":false,"limit":3,"skills":["one",{"id":"two","description":"3"}],"nothing":null}]"#
    )
    #expect(try parse("other: x").objects("agents", maximum: 4).isEmpty)
  }

  @Test(arguments: ["agents: x", "agents: {id: a}", "agents: [a]", "agents: [{id: a}, {id: b}, {id: c}]"])
  func whatIsNoListOfSoManyMappingsIsRefused(text: String) {
    #expect(problem(text) { _ = try $0.objects("agents", maximum: 2) }.contains("a list of at most 2 mappings"))
  }
}
