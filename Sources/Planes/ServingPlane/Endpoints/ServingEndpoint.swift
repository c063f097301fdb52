import Attestations
import Signing
import Wire

/// Where models of an environment are served (the name is upstream's). An endpoint acts and answers; it decides nothing:
/// who calls it has evaluated every gate and records what came of it.
///
/// Every call is idempotent, so that a daemon that was killed can repeat it.
package protocol ServingEndpoint: Sendable {
  /// Makes `weights` what is served as the model from the moment of return, in one step, in place of what was.
  /// - Parameter grounds: for the endpoint's own records.
  func deploy(_ weights: StoredWeights, as place: DeploymentPlace, on grounds: DeploymentGrounds?) async throws

  /// Serves the model no longer.
  func undeploy(_ place: DeploymentPlace, because reason: String) async throws

  /// What is served now, as the endpoint itself sees it; nil for nothing.
  func deployed(_ place: DeploymentPlace) async throws -> WeightsID?

  /// Everything that is served now, as far as the endpoint can tell.
  func places() async throws -> ServedPlaces
}

/// On which approval and evidence something is deployed, and by whom.
package struct DeploymentGrounds: Sendable {
  let scope: ScopeName?
  let approvalID: ApprovalID
  let approvalDigest: Digest
  let deployedBy: PrincipalID
  /// `origin#index` of the intent.
  let evidenceEntryID: String
}

/// What an endpoint serves, and where it could not look.
package struct ServedPlaces: Sendable {
  package var found: [DeploymentPlace] = []
  package var unread: [String] = []
}
