import AgentFacts
import ArgumentParser
import Attestations
import Metadata
import PlaneContract
import Wire

struct Nanda: Command {
  static let configuration = CommandConfiguration(
    abstract: "Print a model's AgentFacts: what a NANDA registry is told of it.",
    discussion: """
      Asks governance for the approval and serving for a signed decision in each approved environment, and verifies both. Names and \
      endpoints are those of the bridge of this home, by its config, unless they are given here; where there is no bridge, they are \
      stand-ins.

      Exits 0 when the model may run, 1 when not, 3 when a plane does not answer, 4 when nobody has proposed the model or the \
      bridge's config is not understood, and 5 when an answer is not believed.
      """)

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @OptionGroup var names: RegistryOptions
  @OptionGroup var caller: IdentityOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let registry = try names.registry(of: session.home)
    let query = GovernedModelQuery(session: session)
    let governed = try await query.model(model)
    let now = query.now
    let facts = governed.facts(in: registry, at: now)
    try console.answer(facts.fields) {
      NandaIndentedJSON.text(.object(facts.fields)).split(separator: "\n").map(String.init)
    }
    guard case .mayNotRun(let reason) = governed.standing(at: now) else { return }
    Console.message("\(model) may not run: \(shown(reason))")
    throw ExitStatus.denied
  }
}
