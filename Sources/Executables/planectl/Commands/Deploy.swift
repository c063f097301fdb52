import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Deploy: Command {
  static let configuration = CommandConfiguration(
    abstract: "Deploy an approved model to an environment.",
    discussion: "Without --weights the serving plane deploys its stored copy of the approved bytes.")

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @OptionGroup var target: EnvironmentOption

  @Option(help: "The scope in which it will be used.", transform: ScopeName.argument)
  var scope: ScopeName?

  @Option(help: "The weights, on the serving plane's host.", completion: .file())
  var weights: String?

  @Option(help: "Under this approval, by its id or the beginning of it. Otherwise the newest that passes.")
  var approval: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelDeploy)
    let named = try await approval.map { ApprovalReference(text: $0, model: model) }?.resolve(session)
    let request = ModelDeploy(
      modelID: model, environment: target.environment, scope: scope, approvalID: named,
      weightsPath: weights.map(AbsolutePath.of))
    let answer = try await Deployment(session: session).deploy(request)
    try console.answer(answer)
  }
}

extension Console {
  /// A promotion that the serving plane has signed.
  func answer(_ answer: Answer<PromotionRecord>) throws {
    let record = answer.value
    try self.answer(answer.body) {
      ["\(record.modelID) runs in \(record.environment): weights \(record.weightsHash.short), \(record.approvalID)"]
    }
  }
}
