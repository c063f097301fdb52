import Attestations
import Glibc
import PlaneContract
import Signing
import Wire

/// Shows a person who waits for a deploy how far it is, by asking the plane for its list meanwhile. Where nobody looks on, nothing is
/// asked; nor with an agent, which may ask its user about every signature.
struct DeployWatch {
  private static let pause = Duration.milliseconds(500)
  private static let patience = Duration.seconds(5)

  let session: Session
  let request: ModelDeploy

  func during<Value>(_ deploy: () async throws -> Value) async throws -> Value {
    guard TerminalDevice.isTerminal(STDERR_FILENO), session.identity.signer is SecretKey else {
      return try await deploy()
    }
    async let _ = watch()
    return try await deploy()
  }

  /// Until it is cancelled. What cannot be shown is no reason to say anything: the deploy's own answer comes.
  private func watch() async {
    var isShown = false
    while (try? await Task.sleep(for: Self.pause)) != nil {
      guard let item = try? await item(), !Task.isCancelled else { continue }
      StatusLine.draw(Self.text(item))
      isShown = true
    }
    if isShown { StatusLine.clear() }
  }

  private func item() async throws -> DeploymentSummary? {
    let query = DeploymentList(environment: request.environment, modelID: request.modelID)
    let answer: Answer<Page<DeploymentSummary>> = try await session.ask(
      .serving, .deploymentList, query.fields, timeout: Self.patience)
    return answer.value.items.first { $0.state == .deploying }
  }

  static func text(_ item: DeploymentSummary) -> String {
    guard let progress = item.progress, let total = progress.bytesTotal, progress.bytesDone < total else {
      return "\(item.modelID) to \(item.environment): \(shown(item.message))"
    }
    return "\(item.modelID) to \(item.environment): \(ProgressBar.text(Int64(progress.bytesDone), of: Int64(total)))"
  }
}
