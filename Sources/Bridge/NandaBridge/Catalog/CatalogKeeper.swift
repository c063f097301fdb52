import AgentFacts
import Attestations
import Logging
import PlaneContract
import ServiceLifecycle
import Signing
import Wire

/// Keeps the catalog true: looks at the planes again and again, tells followers of what has changed, and only then answers by it.
actor CatalogKeeper: Service {
  /// What one round may spend on looking at agents anew.
  private static let budget = Duration.seconds(4)
  /// Agents that are looked at anew in a round although nothing spoke of them: whatever was missed is found in time.
  private static let sweepCount = 20

  private let config: BridgeConfig
  private let maker: DocumentMaker
  private let deltas: DeltaLog
  private let catalog: Catalog
  private let logger: Logger

  private var sight: PlaneSight
  private var told: [AgentKey: ToldAgent]
  /// Models to look at anew.
  private var touched: Set<ModelID> = []
  /// Approvals that the serving plane has called revoked.
  private var revoked: Set<Digest> = []
  /// Agents of the config whose models may not run where they run on them.
  private var denied: Set<AgentKey> = []
  private var sweepPosition = 0
  private var number = 0

  init(
    config: BridgeConfig, sight: PlaneSight, maker: DocumentMaker, deltas: DeltaLog, catalog: Catalog, logger: Logger
  ) async throws {
    self.config = config
    self.sight = sight
    self.maker = maker
    self.deltas = deltas
    self.catalog = catalog
    self.logger = logger
    told = try await deltas.told()
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while (try? await Task.sleep(for: config.rhythm.poll)) != nil {
        do { try await round() } catch {
          logger.error("the catalog could not be kept", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  /// One look at everything.
  func round() async throws {
    let (sight, touched) = await sight.renewed()
    let wasAway = !self.sight.servingWatch.isAnswering
    self.sight = sight
    if let touched { self.touched.formUnion(touched) } else { self.touched.formUnion(approved().map(\.modelID)) }
    if wasAway, sight.servingWatch.isAnswering { maker.file.expireAll() }
    let now = Timestamp.now()
    guard sight.governanceWatch.wasRead else { return publish(remembered(), at: now) }
    try await tell(at: now)
    publish(listings(), at: now)
  }

  private func publish(_ listings: [Listing], at now: Timestamp) {
    number += 1
    catalog.publish(
      CatalogSnapshot(
        number: number, builtAt: now, listings: listings, deployments: sight.deployments,
        governance: sight.governanceWatch, serving: sight.servingWatch))
  }
}

// Who is listed.
extension CatalogKeeper {
  private func approved() -> [ApprovedModel] {
    sight.approvals.chosen(at: .now(), deployed: Set(sight.deployments.map(\.approvalID)), except: revoked)
  }

  private func listings() -> [Listing] {
    let models = approved()
    let byID = Dictionary(models.map { ($0.modelID, $0) }) { first, _ in first }
    let agents = config.agents.compactMap { agent in byID[agent.model].map { Listing(agent, on: $0) } }
    return models.map { Listing($0, isPublic: !config.privateModels.contains($0.modelID)) }
      + agents.filter { !denied.contains($0.key) }
  }

  /// Until governance has been read: whom the bridge told of before it was started.
  private func remembered() -> [Listing] {
    told.filter { $0.value.action == .upsert }.keys.map(Listing.init(remembered:))
  }
}

// What followers are told.
extension CatalogKeeper {
  private func tell(at now: Timestamp) async throws {
    let changes = try await news(among: due()) + gone(at: now)
    try await deltas.append(changes.sorted { $0.key < $1.key }, at: now)
    for change in changes {
      told[change.key] = ToldAgent(action: change.action, fingerprint: change.fingerprint, basis: change.basis)
    }
  }

  /// Those to look at anew: what the planes speak of, what was never told, or under another approval, and a few of the others.
  private func due() -> [Listing] {
    let listings = listings().filter(\.isPublic) + deniedAgents()
    let first = listings.filter { $0.isOn(touched) || told[$0.key]?.stands(on: basis(of: $0)) != true }
    let others = listings.sorted { $0.key < $1.key }
    guard !others.isEmpty else { return first }
    let start = sweepPosition % others.count
    sweepPosition = start + Self.sweepCount
    return first + (others[start...] + others[..<start]).prefix(Self.sweepCount)
  }

  private func deniedAgents() -> [Listing] {
    let models = Dictionary(approved().map { ($0.modelID, $0) }) { first, _ in first }
    return config.agents.filter { denied.contains($0.key) }.compactMap { agent in
      models[agent.model].map { Listing(agent, on: $0) }
    }
  }

  /// Asks for each, as far as a round has time; the rest waits for the next.
  private func news(among listings: [Listing]) async throws -> [AgentChange] {
    let deadline = ContinuousClock.now + Self.budget
    var (changes, looked): ([AgentChange], Set<AgentKey>) = ([], [])
    for listing in listings where ContinuousClock.now < deadline && looked.insert(listing.key).inserted {
      let made = try await maker.made(listing)
      guard note(made.verdict, of: listing) else { continue }
      let last = told[listing.key]
      let basis = basis(of: listing)
      if last?.action == .upsert, last?.fingerprint == made.substance, last?.basis == basis { continue }
      changes.append(
        AgentChange(
          key: listing.key, action: .upsert, document: made.document, fingerprint: made.substance, basis: basis))
    }
    touched.subtract(listings.filter { looked.contains($0.key) }.compactMap(\.model))
    return changes
  }

  /// Whether the verdict lets an agent be told of as it is now.
  private func note(_ verdict: MadeDocument.Verdict, of listing: Listing) -> Bool {
    switch verdict {
    case .unknown: return false
    case .revoked:
      if let approved = listing.approved { revoked.insert(approved.held.digest) }
      return false
    case .mayNotRun where listing.agent != nil:
      denied.insert(listing.key)
      return false
    case .mayRun, .mayNotRun:
      denied.remove(listing.key)
      return true
    }
  }

  /// The last words on those that are not listed any more. What may not run is revoked; what is private now, or was taken out of the
  /// config, is gone.
  private func gone(at now: Timestamp) async throws -> [AgentChange] {
    let listings = listings()
    let keys = Set(listings.filter(\.isPublic).map(\.key))
    let hidden = Set(listings.filter { !$0.isPublic }.map(\.key))
    let configured = Set(config.agents.filter(\.isPublic).map(\.key))
    var changes: [AgentChange] = []
    for (key, last) in told where last.action == .upsert && !keys.contains(key) {
      guard let document = try await deltas.lastWord(on: key) else { continue }
      let mayNotRun = !hidden.contains(key) && (key.namespace == .models || configured.contains(key))
      changes.append(
        AgentChange(
          key: key, action: mayNotRun ? .revoke : .delete, document: try document.withdrawn(at: now),
          fingerprint: last.fingerprint, basis: last.basis))
    }
    return changes
  }

  /// What a telling rests on besides the decisions: the approval, and the config's word for an agent.
  private func basis(of listing: Listing) -> Digest {
    let agent = listing.agent.map { "\($0)" } ?? ""
    let names = "\(config.registry.id) \(config.registry.provider) \(config.registry.baseURL) \(agent)"
    return Digest(hashing: (listing.approved?.held.digest.bytes ?? []) + Array(names.utf8))
  }
}
