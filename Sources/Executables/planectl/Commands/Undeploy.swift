import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Undeploy: Command {
  static let configuration = CommandConfiguration(abstract: "Take a model out of an environment. Its approval stays.")

  @OptionGroup var place: PlaceOptions

  @Option(help: ArgumentHelp("Why; it is kept with the evidence.", valueName: "text"), transform: Reason.argument)
  var reason: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let (model, environment) = (place.model, place.environment)
    let session = try Session(caller, asking: .serving, for: .modelUndeploy)
    let request = ModelUndeploy(modelID: model, environment: environment, reason: reason)
    let answer = try await Deployment(session: session).undeploy(request)
    try console.answer(answer.body) {
      [
        "\(model) no longer runs in \(environment): weights \(answer.value.weightsHash.short), \(answer.value.approvalID)"
      ]
    }
  }
}
