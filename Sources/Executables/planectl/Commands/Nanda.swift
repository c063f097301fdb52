import AgentFacts
import ArgumentParser
import Attestations
import Metadata
import PlaneContract
import Wire

struct Nanda: Command {
  static let configuration = CommandConfiguration(
    abstract:
      "Print a model's AgentFacts: what a NANDA registry is told of it. Exits 0 when it may run and 1 when not.",
    discussion: """
      Asks governance for the approval and serving for a signed decision in each approved environment, and verifies both. The names \
      of the registry and its provider are those that nanda-bridge would have by its config.
      """)

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @Option(help: "The registry's name in handles.", transform: RegistryID.argument)
  var registry = RegistryID(checked: "local")

  @Option(help: "Who answers for the registry.")
  var providerName = "local"

  @Option(help: "The provider's URL, of which the DID is made.")
  var providerURL = "https://localhost"

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if caller.socket != nil { throw ValidationError("nanda asks two planes; give a --home with both sockets") }
    do { _ = try names } catch { throw ValidationError("--provider-url: \(error.problem)") }
  }

  private var names: Registry {
    get throws(FieldError) { try Registry(id: registry, providerName: providerName, providerURL: providerURL) }
  }

  func perform() async throws {
    let query = GovernedModelQuery(session: try Session(caller, asking: .governance, for: .approvalGet))
    let governed = try await query.model(model)
    let now = query.now
    let facts = try governed.facts(in: names, at: now)
    try console.answer(facts.fields) {
      NandaIndentedJSON.text(.object(facts.fields)).split(separator: "\n").map(String.init)
    }
    guard case .mayNotRun(let reason) = governed.standing(at: now) else { return }
    Console.message("\(model) may not run: \(shown(reason))")
    throw ExitStatus.denied
  }
}
