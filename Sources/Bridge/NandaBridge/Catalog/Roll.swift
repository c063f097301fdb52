import AgentFacts
import Attestations
import PlaneContract
import Signing
import Wire

/// Who is to be listed, by what is known of the planes and by what the serving plane has said so far.
struct Roll: Sendable {
  let agents: [SimpleAgent]
  let privateModels: Set<ModelID>
  private let publicAgents: Set<AgentKey>
  /// Approvals that the serving plane has called revoked.
  private(set) var revoked: Set<Digest> = []
  /// Agents of the config whose models may not run where they run on them.
  private var denied: Set<AgentKey> = []
  /// Changes with every verdict that changes the list.
  private(set) var revision = 0

  init(agents: [SimpleAgent], privateModels: Set<ModelID>) {
    self.agents = agents
    publicAgents = Set(agents.filter(\.isPublic).map(\.key))
    self.privateModels = privateModels
  }

  /// Everybody, listed or denied, and until when that holds by itself: until the first approval ends.
  func candidates(_ sight: PlaneSight, at now: Timestamp) -> (all: [Listing], until: Timestamp) {
    let models = sight.approvals.chosen(
      at: now, deployed: Set(sight.deployments.map(\.approvalID)), except: revoked)
    let byID = Dictionary(models.map { ($0.modelID, $0) }) { first, _ in first }
    let own = models.map { Listing($0, isPublic: !privateModels.contains($0.modelID)) }
    let others = agents.compactMap { agent in byID[agent.model].map { Listing(agent, on: $0) } }
    return (own + others, models.map(\.expiresAt).min() ?? .latest)
  }

  /// Whom the bridge told of before it was started, until governance has been read: those of them that the config still lists for
  /// everybody, and the models that it has made private since.
  func remembered(_ told: some Sequence<AgentKey>) -> [Listing] {
    told.compactMap { key in
      if key.namespace == .models {
        return Listing(remembered: key, isPublic: !privateModels.contains(ModelID(checked: key.id.text)))
      }
      return agents.first { $0.key == key }.map { Listing(remembered: key, isPublic: $0.isPublic) }
    }
  }

  /// Agents for everybody whose model has no approval in force, or none for their environment.
  ///
  /// - Parameter candidates: everybody, listed or denied.
  func unlisted(among candidates: [Listing]) -> [SimpleAgent] {
    let places = candidates.filter { $0.agent != nil && !$0.questions.isEmpty }
    let keys = publicAgents.subtracting(places.map(\.key))
    return agents.filter { keys.contains($0.key) }
  }

  func isListed(_ listing: Listing) -> Bool { !denied.contains(listing.key) }

  /// Whether the config has it that nobody is told of an agent: it is private, or was taken out. Any other that is not listed may not run.
  func isWithheld(_ key: AgentKey) -> Bool {
    guard key.namespace == .models else { return !publicAgents.contains(key) }
    return privateModels.contains(ModelID(checked: key.id.text))
  }

  /// Takes the serving plane's verdict. True where the agent is to be told of as it was made.
  mutating func take(_ verdict: MadeDocument.Verdict, on listing: Listing) -> Bool {
    switch verdict {
    case .unknown: return false
    case .revoked:
      if let approved = listing.approved, revoked.insert(approved.digest).inserted { revision += 1 }
      return false
    case .mayNotRun where listing.agent != nil:
      if denied.insert(listing.key).inserted { revision += 1 }
      return false
    case .mayRun, .mayNotRun:
      if denied.remove(listing.key) != nil { revision += 1 }
      return true
    }
  }
}
