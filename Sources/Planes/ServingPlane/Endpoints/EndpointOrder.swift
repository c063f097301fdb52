import Attestations
import Signing
import WeightsDigest
import Wire

/// What the plane asks of an endpoint behind a socket, signed with the plane's key: the intent, before anything has happened.
/// What is true afterwards, the promotion or undeployment, is signed only once the endpoint has said yes (decision 0027).
struct EndpointOrder: Sendable {
  enum Action: String, Sendable {
    case deploy
    case undeploy
    /// Changes nothing: what is served now?
    case status
  }

  /// The endpoint must have begun by then; so an order that lay in a queue is not carried out late.
  static let lifetimeSeconds = 60

  let action: Action
  let environment: EnvironmentName
  var modelID: ModelID?
  var weights: StoredWeights?
  var grounds: DeploymentGrounds?
  var reason: String?

  /// Each call makes an order of its own: an endpoint takes an id once.
  func signed(by signer: any Signer, as plane: PrincipalID, at now: Timestamp) throws -> UnverifiedEnvelope {
    var fields: JSONObject = [
      "v": 1, "id": .string(Random.hex(bytes: 16)), "action": .string(action.rawValue), "from": plane.json,
      "issued_at": .string(now.messageText),
      "expires_at": .string(now.adding(seconds: Self.lifetimeSeconds).messageText), "environment": environment.json,
    ]
    fields.append("model_id", .init(modelID?.text))
    fields.append("weights_hash", .init(weights?.id.digest.description))
    fields.append("weights_kind", .init(weights?.id.kind.rawValue))
    fields.append("weights_path", .init(weights?.directory))
    fields.append("scope", .init(grounds?.scope?.text))
    fields.append("approval_id", .init(grounds?.approvalID.text))
    fields.append("approval_digest", .init(grounds?.approvalDigest.description))
    fields.append("deployed_by", .init(grounds?.deployedBy.text))
    fields.append("evidence_entry_id", .init(grounds?.evidenceEntryID))
    fields.append("reason", .init(reason))
    return try UnverifiedEnvelope(signing: fields.serialized(), as: .endpointOrder, by: [signer])
  }
}
