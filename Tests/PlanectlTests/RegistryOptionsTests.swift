import AgentFacts
import FoundationEssentials
import Testing

@testable import planectl

/// By whose names `planectl nanda` prints a document.
@Suite struct RegistryOptionsTests {
  let test: TestHome

  init() throws {
    test = try TestHome()
    try write(
      """
      registry_id: acme
      provider:
        name: Acme & Sons   # since 1900
        url: "https://acme.example"
      model_endpoint: https://inference.acme.example/{environment}/{model}
      """)
  }

  private func write(_ config: String) throws { try test.scratch.write(config, to: "home/nanda-bridge/config.yaml") }

  private func registry(_ words: String...) throws -> Registry {
    try RegistryOptions.parse(words).registry(of: test.home)
  }

  @Test func aConfigThatIsNotUnderstoodIsRefusedAndNotReplacedByStandIns() throws {
    try write("registry_id: acme\nprovider: {name: Acme, url: https://acme.example}\n")
    let failure = try #require(throws: Failure.self) { try registry() }
    #expect(failure.status == .refused && failure.message.contains("provider.name"), "\(failure.message)")
    #expect(try registry("--provider-name", "A", "--provider-url", "https://a.example").id.text == "acme")
  }

  @Test(arguments: ["registry_id: a b", "registry_id: acme\nprovider:\n  name: Acme\n  url: ftp://acme\n"])
  func aConfigByWhichNoBridgeStartsIsRefused(config: String) throws {
    try write(config)
    #expect(throws: Failure.self) { try registry() }
  }

  @Test func theBridgesOwnNamesAreTheDefault() throws {
    let registry = try registry()
    #expect(registry.id.text == "acme" && registry.provider.name == "Acme & Sons")
    #expect(registry.provider.url == "https://acme.example" && registry.baseURL == "https://acme.example")
    #expect(registry.modelEndpoint == "https://inference.acme.example/{environment}/{model}")
  }

  @Test func whatIsSaidOnTheCommandLineComesFirst() throws {
    let registry = try registry("--registry", "mine", "--model-endpoint", "https://mine.example/{model}")
    #expect(registry.id.text == "mine" && registry.provider.name == "Acme & Sons")
    #expect(registry.modelEndpoint == "https://mine.example/{model}")
  }

  @Test func withoutABridgeThereAreStandIns() throws {
    try FileManager.default.removeItem(atPath: test.home.config(of: Home.bridge))
    let registry = try registry()
    #expect(registry.id.text == "local" && registry.modelEndpoint == nil)
  }

  @Test func theConfigThatInitMakesIsUnderstood() throws {
    let fresh = try TestHome()
    let registry = try RegistryOptions.parse([]).registry(of: fresh.home)
    #expect(registry.id.text == "my-models" && registry.provider.url == "http://localhost:8370")
  }

  @Test func aProviderWithoutAURLIsWrongUsage() {
    #expect(throws: (any Error).self) { try RegistryOptions.parse(["--provider-url", "acme"]) }
  }
}
