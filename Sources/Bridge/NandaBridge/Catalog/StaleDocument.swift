import AgentFacts
import Wire

// What can still be told of an agent when nobody can be asked: its last document, with nothing in it that certifies.
extension AgentDocument {
  /// - Parameter reason: why, in the place of the proof.
  /// - Throws: `JSONSyntaxError` for a document that is none.
  func stale(because reason: String, since: Timestamp) throws -> AgentDocument {
    try edited { key, value in
      switch key {
      case "certification": .null
      case "proof": .object(Self.proof(because: reason, since: since))
      case "metadata": .object(Self.uncertified(value.object ?? [:], since: since, because: reason))
      default: value
      }
    }
  }

  /// The last words on an agent that is not listed any more.
  func withdrawn(at now: Timestamp) throws -> AgentDocument {
    try stale(because: "this registry does not list it any more", since: now)
  }

  private func edited(_ edit: (_ key: String, _ value: JSONValue) -> JSONValue) throws -> AgentDocument {
    var fields: JSONObject = [:]
    for member in try StrictJSON.parse(json).object?.members ?? [] {
      fields.append(member.key, edit(member.key, member.value))
    }
    return AgentDocument(key: key, json: fields.serialized())
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
      case "x_model_governance":
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
