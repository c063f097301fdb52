import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Rollback: Command {
  static let configuration = CommandConfiguration(
    abstract: "Deploy what ran before: the previous promotion of a model in an environment.")

  @OptionGroup var place: PlaceOptions

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let (model, environment) = (place.model, place.environment)
    let session = try Session(caller, asking: .serving, for: .modelDeploy)
    let deployment = Deployment(session: session)
    let history = try await deployment.list(model: model, environment: environment, history: true)
    guard let target = Self.previous(in: history) else {
      let message =
        history.isEmpty
        ? "\(model) has never run in \(environment)" : "no earlier approval of \(model) ran here, in \(environment)"
      throw Failure(
        .refused, message, hint: "planectl deployments --history lists what ran; planectl deploy takes --approval ID",
        body: Refusal(.notFound, message).body)
    }
    let request = ModelDeploy(
      modelID: model, environment: environment, scope: target.scope, approvalID: target.approvalID)
    try console.answer(try await deployment.deploy(request))
  }

  /// The newest deployment under another approval, or for another scope, than the newest of all. `history` is newest first.
  static func previous(in history: [DeploymentSummary]) -> DeploymentSummary? {
    guard let newest = history.first else { return nil }
    return history.first { ($0.approvalDigest, $0.scope) != (newest.approvalDigest, newest.scope) }
  }
}
