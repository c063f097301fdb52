import AgentFacts
import Wire

private let governanceKey = "x_model_governance"

// What can still be told of an agent when nobody can be asked: its last document, with nothing in it that certifies.
extension AgentDocument {
  /// It is stale since the decisions that it rested on ended, or since it became so.
  ///
  /// - Parameter reason: why, in the place of the proof.
  /// - Throws: `JSONSyntaxError` for a document that is none.
  func stale(because reason: String, at now: Timestamp) throws -> AgentDocument {
    let facts = try StrictJSON.parse(json).object ?? [:]
    let standing = facts["metadata"]?.object?[governanceKey]?.object?["standing"]?.object
    let times = ["valid_until", "stale_since"].compactMap {
      standing?[$0]?.string.flatMap(Timestamp.init(attestation:))
    }
    return edited(facts, because: reason, since: min(times.first ?? now, now))
  }

  /// The last words on an agent that is not listed any more.
  func withdrawn(at now: Timestamp) throws -> AgentDocument {
    edited(try StrictJSON.parse(json).object ?? [:], because: "this registry does not list it any more", since: now)
  }

  private func edited(_ facts: JSONObject, because reason: String, since: Timestamp) -> AgentDocument {
    var edited: JSONObject = [:]
    for member in facts.members {
      switch member.key {
      case "certification": edited.append(member.key, .null)
      case "proof": edited.append(member.key, .object(Self.proof(because: reason, since: since)))
      case "metadata":
        let metadata = Self.uncertified(member.value.object ?? [:], since: since, because: reason)
        edited.append(member.key, .object(metadata))
      default: edited.append(member.key, member.value)
      }
    }
    return AgentDocument(key: key, json: edited.serialized())
  }

  private static func proof(because reason: String, since: Timestamp) -> JSONObject {
    [
      "profile": "nanda-model-governance", "method": "dsse-ed25519-slsa-vsa", "status": "NOT_VERIFIED",
      "verified_at": .string(since.agentFactsText), "evidence_ref": .null, "failure_reason": .string(reason),
    ]
  }

  private static func uncertified(_ metadata: JSONObject, since: Timestamp, because reason: String) -> JSONObject {
    var edited: JSONObject = [:]
    for member in metadata.members {
      switch member.key {
      case governanceKey:
        let standing: JSONObject = [
          "status": "stale", "valid_until": .null, "stale_since": .string(since.attestationText),
          "reason": .string(reason),
        ]
        edited.append(member.key, .object(member.value.object?.replacing("standing", with: .object(standing)) ?? [:]))
      case "x_model_integrity":
        edited.append(member.key, .object(member.value.object?.replacing("governance", with: .null) ?? [:]))
      default: edited.append(member.key, member.value)
      }
    }
    return edited
  }
}

extension JSONObject {
  fileprivate func replacing(_ key: String, with value: JSONValue) -> JSONObject {
    var edited: JSONObject = [:]
    for member in members { edited.append(member.key, member.key == key ? value : member.value) }
    return edited
  }
}
