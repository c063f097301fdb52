import Attestations
import Daemon
import PlaneContract
import Signing
import Synchronization
import WeightsDigest
import Wire

/// How far one deploy is: told by the thread that reads, shown to whoever lists deployments.
final class DeployProgress: Sendable {
  enum Stage: String, Sendable {
    case reading = "the weights are read"
    case waiting = "the weights are there; what else is done with the model there is waited for"
    case switching = "the endpoint is told to serve them"
  }

  private struct State {
    var stage = Stage.reading
    var done: Int64 = 0
    var total: Int64?
  }

  private let attempt: DeployAttempt
  private let held: HeldApproval
  private let environment: EnvironmentName
  private let startedAt: Timestamp
  private let state = Mutex(State())

  init(_ attempt: DeployAttempt, _ held: HeldApproval, _ environment: EnvironmentName) {
    self.attempt = attempt
    self.held = held
    self.environment = environment
    startedAt = attempt.service.context.clock.now()
  }

  func begin(_ stage: Stage) { state.withLock { $0.stage = stage } }

  var report: WeightsProgress {
    { [self] done, total in state.withLock { ($0.done, $0.total) = (done, total) } }
  }

  var summary: DeploymentSummary {
    let state = state.withLock { $0 }
    return DeploymentSummary(
      modelID: attempt.body.modelID, environment: environment, scope: attempt.body.scope,
      approvalID: held.predicate.approvalID, approvalDigest: held.digest, weightsHash: held.predicate.weightsHash,
      deployedBy: attempt.request.sender.id, deployedAt: nil, state: .deploying, endedAt: nil,
      message: state.stage.rawValue,
      progress: DeploymentProgress(
        startedAt: startedAt, bytesDone: Int(state.done), bytesTotal: state.total.map(Int.init)))
  }
}
