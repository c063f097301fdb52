import Testing

@testable import planectl

/// A config that planectl reads without a YAML library: what it does not understand it does not guess.
@Suite struct ConfigTextTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func config(_ text: String) throws -> ConfigText {
    try scratch.write(text, to: "config.yaml")
    return try ConfigText(path: "\(scratch.path)/config.yaml")
  }

  @Test(
    arguments: [
      ("name: Acme\n", "Acme"), ("name:   Acme & Sons  # since 1900\n", "Acme & Sons"),
      ("name: \"Acme: Sons\" # quoted\n", "Acme: Sons"), ("name: 'a # b'\r\n", "a # b"),
      ("# name: no\n\nother:\n  name: no\nname: https://acme.example/#top\n", "https://acme.example/#top"),
      ("list:\n- one\nname: yes\n", "yes"), ("name: x\n  # below\nother: y", "x"), ("names: no\n", nil),
      ("other:\n  name: no\n", nil), ("", nil),
    ] as [(String, String?)])
  func aPlainTextIsReadAsYAMLReadsIt(text: String, value: String?) throws {
    #expect(try config(text).optional("name") == value)
  }

  @Test(arguments: [
    "name:\n", "name: ~\n", "name: null\n", "name: |\n  Acme\n", "name: >-\n  Acme\n", "name: Acme\n  and Sons\n",
    "name: \"Acme\\u0021\"\n", "name: 'it''s'\n", "name: \"open\n", "name: \"a\" b\n", "name: &a Acme\n", "name: *a\n",
    "name: !!str x\n", "name: {a: b}\n", "name: [a]\n", "name: a: b\n", "name: - a\n", "\"name\": Acme\n",
    "? name\n: Acme\n",
    "{name: Acme}\n", "name : Acme\n", "\"base\": x\nname: Acme\n",
  ])
  func whatIsWrittenOtherwiseIsRefusedAndNeverGuessed(text: String) throws {
    let config = try config(text)
    let failure = try #require(throws: Failure.self) { try config.optional("name") }
    #expect(failure.status == .refused && failure.message.contains("config.yaml: name"))
  }

  @Test(arguments: [
    "provider:\n  name: Acme\n", "provider: # who\n    # the name\n    url: x\n    name: Acme\nname: no\n",
  ])
  func aTextOfASectionIsReadThere(text: String) throws {
    #expect(try config(text).value(of: "name", below: "provider") == "Acme")
  }

  @Test(arguments: [
    "provider: {name: Acme}\n", "provider:\nname: Acme\n", "name: Acme\n", "provider:\n  sub:\n    name: Acme\n",
    "provider:\n  name: Acme\n    and Sons\n", "provider:\n  {name: Acme}\n", "provider: &p\n  name: Acme\n",
  ])
  func aSectionThatIsWrittenOtherwiseIsRefused(text: String) throws {
    let config = try config(text)
    #expect(throws: Failure.self) { try config.value(of: "name", below: "provider") }
  }
}
