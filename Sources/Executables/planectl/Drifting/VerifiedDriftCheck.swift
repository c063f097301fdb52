import Attestations
import Drift
import PlaneContract
import Signing
import Wire

/// A drift check that was computed again here, from the observation and the baseline that it names, and came out the same.
struct VerifiedDriftCheck: Sendable {
  let check: Attested<DriftCheck>
  let observation: VerifiedObservation
  let output: VerifiedTrainingOutput

  var predicate: DriftCheck { check.predicate }
  var baseline: DriftBaseline { DriftBaseline(output.output.result) }

  /// - Throws: `Failure`, status `unverified`, naming what does not hold.
  init(_ item: DriftCheckItem, root: VerifiedTrustRoot) throws {
    guard let observation = item.observation, let output = item.trainingOutput else {
      throw Failure.unverified(
        "the check comes without its observation and baseline, so that nobody can compute it again")
    }
    do {
      check = try item.driftCheck.attested(DriftCheck.self, by: root.keys(of: .governance))
      self.observation = try VerifiedObservation.verify(observation, root: root)
      self.output = try VerifiedTrainingOutput.verify(output, root: root)
    } catch { throw Failure.unverified("\(error)") }
    if let problem = check.predicate.disagreement(with: self.observation, self.output) {
      throw Failure.unverified("the drift check does not hold: \(problem)")
    }
  }

  /// Asks governance for a model's checks, oldest last, each signed by it.
  static func list(
    of model: ModelID, in environment: EnvironmentName?, limit: Int, _ session: Session
  ) async throws -> [Attested<DriftCheck>] {
    let query = DriftGet(modelID: model, environment: environment, limit: limit)
    let answer: Answer<Page<DriftCheckItem>> = try await session.ask(.governance, .driftGet, query.fields)
    return try answer.value.items.map { item in
      let check = try item.driftCheck.attested(DriftCheck.self, by: session.root.keys(of: .governance))
      guard check.predicate.modelID == model, environment == nil || check.predicate.environment == environment else {
        throw Failure.unverified("governance-plane answered with a check of another model or environment")
      }
      return check
    }
  }

  /// One check with what it was computed from, as governance gives it.
  static func item(_ digest: Digest, of model: ModelID, _ session: Session) async throws -> Answer<DriftCheckItem> {
    let query = DriftGet(modelID: model, checkDigest: digest, limit: 1)
    let answer: Answer<Page<DriftCheckItem>> = try await session.ask(.governance, .driftGet, query.fields)
    guard let item = answer.value.items.first, answer.value.items.count == 1, item.driftCheck.payloadDigest == digest
    else { throw Failure.unverified("governance-plane answered with something else than the check \(digest)") }
    return Answer(value: item, body: item.fields)
  }
}
