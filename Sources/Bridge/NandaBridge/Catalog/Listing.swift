import AgentFacts
import Attestations
import Signing
import Wire

/// An agent that the registry tells of: a governed model, or an agent of the config that runs on one.
package final class Listing: Sendable {
  package let key: AgentKey
  /// The approval by which it is listed; nil where only the bridge's own record speaks of it, until governance has been read.
  package let approved: ListedApproval?
  /// Nil for the model itself.
  package let agent: SimpleAgent?
  package let isPublic: Bool

  init(_ approved: ListedApproval, isPublic: Bool) {
    (self.approved, self.isPublic) = (approved, isPublic)
    key = AgentKey(approved.modelID)
    agent = nil
  }

  init(_ agent: SimpleAgent, on approved: ListedApproval) {
    (self.agent, self.approved) = (agent, approved)
    key = agent.key
    isPublic = agent.isPublic
  }

  init(remembered key: AgentKey, isPublic: Bool) {
    (self.key, self.isPublic) = (key, isPublic)
    (approved, agent) = (nil, nil)
  }

  /// The governed model that it is, or runs on.
  package var model: ModelID? { approved?.modelID }

  func isOn(_ models: Set<ModelID>) -> Bool { model.map(models.contains) ?? false }

  /// What a telling of it rests on besides the decisions: the approval, and for an agent the config's word.
  var basis: Digest {
    let digest = approved?.digest ?? Digest(hashing: [])
    guard let agent else { return digest }
    return Digest(hashing: digest.bytes + Array("\(agent)".utf8))
  }

  /// Where to ask whether it may run: by the digest of its weights, so that it may also be where nothing runs yet.
  var questions: [GateQuestion] {
    guard let approval = approved else { return [] }
    let places = approval.environments.filter { agent?.environment == nil || agent?.environment == $0 }
    return places.map { environment in
      GateQuestion(
        modelID: approval.modelID, environment: environment, scope: approval.scopes?.first,
        approvalID: approval.approvalID, weightsHash: approval.weightsHash)
    }
  }

  func facts(on model: GovernedModel, in registry: Registry, at now: Timestamp) throws -> AgentFacts {
    guard let agent else { return model.facts(in: registry, at: now) }
    return try agent.facts(on: model, in: registry, at: now)
  }
}

/// A document, and what has to be known of it besides.
struct MadeDocument: Sendable {
  let document: AgentDocument
  /// Until when it may be told.
  let freshness: Freshness
  /// Of what it says apart from what is new with every decision.
  let substance: Digest
  let verdict: Verdict

  /// When the serving plane began to be asked for it.
  let asked: ContinuousClock.Instant

  /// What the serving plane's decisions come to.
  enum Verdict: Sendable, Equatable {
    case mayRun
    case mayNotRun
    /// By a revocation: it never will.
    case revoked
    /// The plane could not be asked, and the document says so.
    case unknown
  }
}
