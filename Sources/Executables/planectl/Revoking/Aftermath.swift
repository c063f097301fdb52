import Attestations
import PlaneContract
import Wire

/// What the serving plane still serves of what was revoked. A receipt says that it will end; only this says that it has.
struct Aftermath: Sendable {
  /// A line for each place that serves it still.
  let lines: [String]
  let failures: [Failure]

  /// Asks the serving plane, unless it could not even be told of the revocation.
  init(of targets: [RevocationTarget], _ outcomes: [RevocationOutcome], _ session: Session) async {
    guard outcomes.contains(where: { $0.plane == .serving && $0.failure == nil }) else {
      (lines, failures) = ([], [])
      return
    }
    do {
      lines = Self.served(targets, in: try await Deployment(session: session).list())
      failures = []
    } catch {
      (lines, failures) = ([], [Failure(explaining: error)])
    }
  }

  static func served(_ targets: [RevocationTarget], in deployments: [DeploymentSummary]) -> [String] {
    let weights = Set(targets.map(\.weightsHash))
    return deployments.filter { weights.contains($0.weightsHash) && $0.isServed }.map {
      "STILL SERVED: \($0.modelID) in \($0.environment); it is refused already, and the serving plane goes on trying to end it: "
        + "planectl deployments says when it has, that plane's log why it has not"
    }
  }
}
