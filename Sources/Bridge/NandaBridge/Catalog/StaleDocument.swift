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
    let facts = try facts()
    let standing = facts.governance?["standing"]?.object
    let times = ["valid_until", "stale_since"].compactMap {
      standing?[$0]?.string.flatMap(Timestamp.init(attestation:))
    }
    let since = min(times.first ?? now, now)
    return edited(facts) { member in
      switch member.key {
      case "certification": .null
      case "proof": Self.proof("NOT_VERIFIED", because: reason, at: since)
      case "metadata":
        .object(
          (member.value.object ?? [:]).judged(["standing": Self.standing("stale", because: reason, since: since)]))
      default: member.value
      }
    }
  }

  /// The last words on an agent that may not run any more, made of what was said of it before. No decision stands in it: those were about
  /// where it might.
  ///
  /// - Parameter reason: why it may not.
  /// - Throws: `JSONSyntaxError` for a document that is none.
  func revoked(because reason: String, at now: Timestamp) throws -> AgentDocument {
    let edited = edited(try facts()) { member in
      switch member.key {
      case "proof": Self.proof("FAILED", because: reason, at: now)
      case "metadata":
        .object(
          (member.value.object ?? [:]).judged([
            "standing": Self.standing("may_not_run", because: reason, since: nil), "decisions": [],
          ]))
      default: member.value
      }
    }
    return try edited.withdrawn()
  }

  /// One that says itself that the agent may not run, without what only one that may has: a certification, and where it is reached.
  ///
  /// - Throws: `JSONSyntaxError` for a document that is none.
  func withdrawn() throws -> AgentDocument {
    edited(try facts()) { member in
      switch member.key {
      case "certification": .null
      case "endpoints": .object(Endpoints().fields)
      default: member.value
      }
    }
  }

  /// Whether it says that the agent may not run, by a decision that held when it was made.
  func saysNo() throws -> Bool {
    try facts().governance?["standing"]?.object?["status"]?.string == "may_not_run"
  }

  /// When the approval ends by which it was listed.
  func approvalEnd() throws -> Timestamp? {
    try facts().governance?["expires_at"]?.string.flatMap(Timestamp.init(attestation:))
  }

  private func facts() throws -> JSONObject { try StrictJSON.parse(json).object ?? [:] }

  private func edited(_ facts: JSONObject, _ value: ((key: String, value: JSONValue)) -> JSONValue) -> AgentDocument {
    var edited: JSONObject = [:]
    for member in facts.members { edited.append(member.key, value((member.key, member.value))) }
    return AgentDocument(key: key, json: edited.serialized())
  }

  private static func proof(_ status: String, because reason: String, at time: Timestamp) -> JSONValue {
    [
      "profile": "nanda-model-governance", "method": "dsse-ed25519-slsa-vsa", "status": .string(status),
      "verified_at": .string(time.agentFactsText), "evidence_ref": .null, "failure_reason": .string(reason),
    ]
  }

  private static func standing(_ status: String, because reason: String, since: Timestamp?) -> JSONValue {
    [
      "status": .string(status), "valid_until": .null, "stale_since": .init(since?.attestationText),
      "reason": .string(reason),
    ]
  }
}

extension JSONObject {
  fileprivate var governance: JSONObject? { self["metadata"]?.object?[governanceKey]?.object }

  /// The `metadata` of a document with other members in what it says of governance, and without the approval's own standing.
  fileprivate func judged(_ members: JSONObject) -> JSONObject {
    var edited: JSONObject = [:]
    for member in self.members {
      var value = member.value
      switch member.key {
      case governanceKey:
        let judged = members.members.reduce(value.object ?? [:]) { $0.replacing($1.key, with: $1.value) }
        value = .object(judged)
      case "x_model_integrity": value = .object(value.object?.replacing("governance", with: .null) ?? [:])
      default: break
      }
      edited.append(member.key, value)
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
