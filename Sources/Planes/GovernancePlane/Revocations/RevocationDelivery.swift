import Attestations
import Daemon
import GRDB
import Wire

/// Leaves a revocation for the serving plane. What drift revoked goes with the observation that the drift check judged: serving signed
/// that itself, and takes the revocation by it, whatever the policy has become and whatever its database has forgotten since.
struct RevocationDelivery: Sendable {
  let context: PlaneContext
  private let checks = DriftCheckStore()

  init(context: PlaneContext) { self.context = context }

  func tell(_ revocation: UnverifiedEnvelope, in database: Database) throws {
    // The bytes are ours, countersigned; here they choose only what goes with them.
    let check = (try? Statement<ModelRevocation>.parse(revocation.payload))?.driftCheckDigest
    let observation = try check.flatMap { try checks.observation(judgedBy: $0, in: database) }
    try context.publish(revocation, observation: observation, in: database)
  }
}
