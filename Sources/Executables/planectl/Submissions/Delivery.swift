import Attestations
import PlaneContract
import Wire

/// Delivers submissions one after another. While the plane is away the same one is sent again, as a new message, until the
/// plane has been away for `patience`; from then on each is tried once, until one arrives.
struct Delivery {
  static let firstPause = Duration.milliseconds(100)
  static let longestPause = Duration.seconds(5)

  let session: Session
  let patience: Duration
  private var awaySince: ContinuousClock.Instant?

  init(session: Session, patience: Duration) {
    self.session = session
    self.patience = patience
  }

  /// The receipt, its attestation verified and about what was sent.
  ///
  /// - Throws: `Refusal`, or `Failure` with status `unreachable` when patience has run out, `unverified` for a false receipt.
  mutating func deliver(_ line: TrainingLine) async throws -> TrainingReceipt {
    var pause = Self.firstPause
    while true {
      do {
        let receipt = try await attempt(line)
        awaySince = nil
        return receipt
      } catch {
        guard Self.isTransient(error) else { throw error }
        let since = awaySince ?? .now
        awaySince = since
        guard since.duration(to: .now) + pause <= patience else { throw error }
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private func attempt(_ line: TrainingLine) async throws -> TrainingReceipt {
    let answer: Answer<TrainingReceipt> = try await session.ask(
      .training, .trainingComplete, TrainingComplete(result: line.result).fields)
    let verified = try VerifiedTrainingOutput.verify(answer.value.attestation, root: session.root)
    guard verified.output.result == line.result, verified.output.submittedBy == session.principal.id else {
      throw Failure.unverified("training-plane attested something else than what was submitted")
    }
    return answer.value
  }

  static func isTransient(_ error: any Error) -> Bool { Failure(explaining: error).status == .unreachable }
}
