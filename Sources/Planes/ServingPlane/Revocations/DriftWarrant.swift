import Attestations
import Drift
import Wire

/// What lets governance revoke by itself: an observation that this plane signed, of those weights, in an environment where the policy
/// lets drift revoke or once did. It carries all that is asked, so a database from a backup and a policy that has changed since answer
/// the same; and nobody makes one by governance's key.
enum DriftWarrant {
  /// - Throws: `AttestationError` or `FieldError` saying what the observation is not.
  static func check(
    _ observation: UnverifiedEnvelope?, for revocation: ModelRevocation, under root: VerifiedTrustRoot
  ) throws {
    guard let observation else { throw FieldError("observation", "there is none") }
    let seen = try observation.attested(ServingObservation.self, by: root.keysEver(of: .serving)).predicate
    guard seen.subject == revocation.subject else {
      throw FieldError("observation", "it is of \(seen.modelID), \(seen.weightsHash)")
    }
    guard root.environmentsThatEverLetDriftRevoke.contains(seen.environment) else {
      throw FieldError("observation", "the policy never let drift revoke in \(seen.environment)")
    }
  }
}
