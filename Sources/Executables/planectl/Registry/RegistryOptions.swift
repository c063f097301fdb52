import AgentFacts
import ArgumentParser
import WeightsDigest
import Wire

/// By which names a registry tells of models: what is said on the command line comes before the bridge's config.
struct RegistryOptions: ParsableArguments {
  @Option(
    help: "The registry's name in handles. Otherwise registry_id of the bridge's config.",
    transform: RegistryID.argument)
  var registry: RegistryID?

  @Option(help: ArgumentHelp("Who answers for the registry. Otherwise the config's.", valueName: "name"))
  var providerName: String?

  @Option(help: ArgumentHelp("The provider's URL, of which the DID is made. Otherwise the config's.", valueName: "url"))
  var providerURL: String?

  @Option(
    help: ArgumentHelp(
      "Where models are reached, with {model} and {environment} in it. Otherwise model_endpoint of the config.",
      valueName: "url"))
  var modelEndpoint: String?

  func validate() throws {
    do { _ = try registry(by: nil) } catch let error as FieldError {
      throw ValidationError("--provider-url: \(error.problem)")
    }
  }

  /// - Throws: `Failure` for a config that is there and not understood, or by whose names there is no registry.
  func registry(of home: Home) throws -> Registry {
    let path = home.configHere(of: Home.bridge)
    do { return try registry(by: path.flatMap(readable)) } catch let error as FieldError {
      throw Failure.refused("\(path ?? ""): \(error)")
    }
  }

  /// A config that is not there, or that this user may not read, names nothing.
  private func readable(_ path: String) throws -> RegistryConfig? {
    do { return try RegistryConfig(path: path) } catch let error as FileSystemError {
      if !error.isMissing { Console.message("names and endpoints are not the bridge's: \(error)") }
      return nil
    }
  }

  private func registry(by config: RegistryConfig?) throws -> Registry {
    try Registry(
      id: registry ?? config?.id ?? RegistryID(checked: "local"),
      providerName: providerName ?? config?.providerName ?? "local",
      providerURL: providerURL ?? config?.providerURL ?? "https://localhost", baseURL: config?.baseURL,
      modelEndpoint: modelEndpoint ?? config?.modelEndpoint)
  }
}
