import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Models: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the models that were ever trained, or show every version of one.",
    subcommands: [ListModels.self, ShowModel.self], defaultSubcommand: ListModels.self)
}

struct ListModels: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models by name, each with its newest version.")

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .modelList)
    let models = try await ModelDirectory(session: session).all()
    try console.list(models.map(\.fields), Table(models), ifEmpty: "no model was trained yet")
  }
}

struct ShowModel: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show every version of a model: lineage, metrics, approvals, and where it runs.")

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @OptionGroup var caller: IdentityOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let directory = ModelDirectory(session: try Session(caller, asking: .governance, for: .modelGet))
    async let answered = directory.running(model)
    let running = try? await answered.get()
    let versions = try await versions(in: directory, running: running ?? [])
    if case .failure(let failure) = await answered {
      Console.message("serving-plane did not say where it runs: \(shown(failure.message))")
    }
    try console.answer(body(versions, running)) { lines(versions, running) }
  }

  /// None where governance knows none: what runs all the same is worth more than a refusal.
  private func versions(
    in directory: ModelDirectory, running: [DeploymentSummary]
  ) async throws -> [ModelVersion] {
    do { return try await directory.versions(of: model) } catch let refusal as Refusal
      where refusal.code == .notFound && !running.isEmpty
    { return [] }
  }

  /// `deployments` is null when the serving plane did not say.
  private func body(_ versions: [ModelVersion], _ running: [DeploymentSummary]?) -> JSONObject {
    [
      "model_id": model.json, "versions": .array(versions.map { .object($0.fields) }),
      "deployments": running.map { .array($0.map { .object($0.fields) }) } ?? .null,
    ]
  }

  private func lines(_ versions: [ModelVersion], _ running: [DeploymentSummary]?) -> [String] {
    let count = "\(model): \(versions.count) version\(versions.count == 1 ? "" : "s"), newest first"
    let now = Timestamp.now()
    return [count] + versions.flatMap { [""] + Fields($0, running: running, now: now).lines }
      + unknown(running ?? [], to: versions)
  }

  /// What runs of weights that governance lists no version of.
  private func unknown(_ running: [DeploymentSummary], to versions: [ModelVersion]) -> [String] {
    let unknown = running.filter { deployment in
      !versions.contains { $0.result.weightsHash == deployment.weightsHash }
    }
    return unknown.flatMap { deployment in
      var fields = Fields()
      fields.add("not listed", "governance-plane knows no version of these weights; it may be behind: planectl status")
      fields.add("runs in", Fields.line(deployment))
      fields.add("weights", "\(deployment.weightsHash)")
      return [""] + fields.lines
    }
  }
}

extension Table {
  /// Models by name, a row each.
  init(_ models: [ModelSummary]) {
    self.init("MODEL", "VERSIONS", "NEWEST", "STATUS", "ENVIRONMENTS", "TRAINED BY", "WEIGHTS")
    for model in models {
      add(
        model.modelID.text, "\(model.versionCount)", model.createdAt.wholeSeconds.attestationText,
        model.status.rawValue, model.environments.map(\.text).joined(separator: ", "), model.submittedBy.text,
        model.weightsHash.short)
    }
  }
}
