import Attestations
import Signing
import Wire

/// `x_model_governance`: who approved the model behind an agent, for where and until when, and what the serving plane says of it now.
/// A client that wants to know rather than believe verifies `decisions` and `log_proof` itself (docs/nanda.md).
struct GovernanceExtension {
  static let key = "x_model_governance"

  let model: GovernedModel
  let environment: EnvironmentName?
  let now: Timestamp

  var standing: Standing { model.standing(at: now, in: environment) }

  var fields: JSONObject {
    var fields = lasting
    fields.append("standing", .object(standing.fields))
    fields.append("trust_root", .object(trustRoot))
    fields.append("log_proof", .orNull(model.evidence?.fields))
    fields.append("decisions", .array(shown.map { .object(Self.fields($0)) }))
    return fields
  }

  /// Where it may run; where it may run nowhere, what the serving plane said of every place. Documents are many, and a decision is long.
  private var shown: [VerifiedDecision] {
    let asked = model.decisions(in: environment)
    let passed = asked.filter { $0.passed && $0.holds(at: now) }
    return passed.isEmpty ? asked : passed
  }

  /// What nothing but another approval changes, or who counts among its signers.
  private var lasting: JSONObject {
    let held = model.approved.held
    let approval = held.predicate
    let approvers = held.quorum.approvers.values.map(\.id).sorted()
    return [
      "model_id": approval.modelID.json, "weights_hash": .string(approval.weightsHash.description),
      "weights_kind": .string(held.weightsKind.rawValue), "approval_id": approval.approvalID.json,
      "approval_digest": .string(held.digest.description),
      "training_output_digest": .string(held.trainingDigest.description), "profile": approval.profile.json,
      "approved_environments": .init(approval.environments.map(\.text)),
      "approved_scopes": .orNull(approval.scopes.map { $0.map(\.text) }),
      "approved_by": approval.approvedBy.json, "approvers": .init(approvers.map(\.text)),
      "required_approvers": .init(approval.requiredApprovers),
      "approved_at": .string(approval.approvedAt.attestationText),
      "expires_at": .string(approval.expiresAt.attestationText),
    ]
  }

  /// By which all of this was verified. A client goes by the first digest that it has pinned itself, and no other.
  private var trustRoot: JSONObject {
    let root = model.approved.root
    return [
      "version": .init(root.version), "digest": .string(root.digest.description),
      "first_digest": .string(root.originDigest.description),
    ]
  }

  private static func fields(_ decision: VerifiedDecision) -> JSONObject {
    [
      "environment": .init(decision.environment?.text), "scope": .init(decision.scope?.text),
      "result": decision.passed ? "PASSED" : "FAILED",
      "time_verified": .string(decision.timeVerified.attestationText),
      "valid_until": .string(decision.validUntil.attestationText), "digest": .string(decision.digest.description),
      "attestation": decision.envelope.json,
    ]
  }
}

extension Standing {
  var fields: JSONObject {
    let (status, until, since, reason): (String, Timestamp?, Timestamp?, String?) =
      switch self {
      case .mayRun(let until): ("may_run", until, nil, nil)
      case .mayNotRun(let reason): ("may_not_run", nil, nil, reason)
      case .unknown(let since): ("stale", nil, since, "the serving plane has not answered since")
      case .neverAsked: ("stale", nil, nil, "the serving plane was not asked")
      }
    return [
      "status": .string(status), "valid_until": .init(until?.attestationText),
      "stale_since": .init(since?.attestationText), "reason": .init(reason),
    ]
  }
}

extension AgentFacts {
  /// Members of `x_model_governance` that are another with every answer of the serving plane.
  private static let fleeting: Set<String> = ["standing", "log_proof", "decisions", "trust_root"]

  /// The digest of what changes only when something has happened: two documents that differ by the age of their decisions have the
  /// same. A registry tells its peers of a change when this changes.
  package var substance: Digest {
    var lasting = self
    lasting.proof = nil
    // A model's is where governance's log holds its approval; an agent's is what its config says, which is no news of the planes'.
    lasting.evaluations = nil
    lasting.metadata = [:]
    for member in metadata.members {
      guard member.key == GovernanceExtension.key, let governance = member.value.object else {
        lasting.metadata.append(member.key, member.value)
        continue
      }
      lasting.metadata.append(member.key, .object(Self.lasting(governance)))
    }
    return Digest(hashing: lasting.fields.serialized())
  }

  private static func lasting(_ governance: JSONObject) -> JSONObject {
    var lasting: JSONObject = [:]
    for member in governance.members where !fleeting.contains(member.key) { lasting.append(member.key, member.value) }
    lasting.append("status", governance["standing"]?.object?["status"] ?? .null)
    return lasting
  }
}
