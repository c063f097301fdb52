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

  /// What a round takes at most while nothing is wrong.
  static let longestRound = Duration.seconds(30)

  private let poll: Duration
  private let registry: Registry
  private let maker: DocumentMaker
  private let decisions: DecisionDesk
  private let deltas: DeltaLog
  private let catalog: Catalog
  private let logger: Logger

  private var sight: PlaneSight
  private var roll: Roll
  private var told: [AgentKey: ToldAgent]
  /// Everybody, with what it was made of.
  private var candidates: [Listing] = []
  /// Who was listed and is not any more, until followers have been told.
  private var former: [AgentKey: Listing] = [:]
  private var candidatesUntil = Timestamp(microseconds: 0)
  private var countedAt = Timestamp(microseconds: 0)
  private var revisions = (sight: -1, roll: -1)
  private var directory = Directory(number: 0, [])
  /// Agents of the config that no approval in force lets be listed.
  private var unlisted: Set<AgentKey> = []
  private var activeApprovals: Set<ApprovalID> = []
  private var attention = Attention()
  private var sweepPosition = 0

  init(
    poll: Duration, registry: Registry, sight: PlaneSight, roll: Roll, maker: DocumentMaker, decisions: DecisionDesk,
    deltas: DeltaLog,
    catalog: Catalog, logger: Logger
  ) async throws {
    self.poll = poll
    self.registry = registry
    self.sight = sight
    self.roll = roll
    self.maker = maker
    self.decisions = decisions
    self.deltas = deltas
    self.catalog = catalog
    self.logger = logger
    told = try await deltas.told()
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while (try? await Task.sleep(for: poll)) != nil { await round() }
    }
  }

  /// One look at everything. What has come of the planes is answered by even where followers cannot be told of it: that is told in a later
  /// round, and until then the bridge says that it is not well.
  func round() async {
    await look()
    let now = Timestamp.now()
    var fault: String?
    do { try await keepUp(at: now) } catch {
      logger.error("the catalog could not be kept", metadata: ["error": "\(error)"])
      fault = "\(error)"
    }
    catalog.publish(
      CatalogSnapshot(
        directory: directory, deployments: sight.deployments, approvals: approvals, governance: sight.governanceWatch,
        serving: sight.servingWatch, builtAt: now, knowsAgents: sight.governanceWatch.wasRead || !told.isEmpty,
        unlistedCount: unlisted.count, fault: fault))
  }

  private var approvals: ActiveApprovals? {
    sight.governanceWatch.currentAt.map { knownAt in
      ActiveApprovals(ids: activeApprovals, knownAt: knownAt, isCurrent: sight.governanceWatch.isCurrent)
    }
  }

  private func look() async {
    let (next, news) = await sight.renewed()
    let isBack = !sight.servingWatch.isAnswering && next.servingWatch.isAnswering
    // What was signed by a key that is none any more is not to be told either.
    if isBack || next.rootVersion != sight.rootVersion {
      maker.file.expireAll()
      await decisions.expireAll()
    }
    sight = next
    attention.note(news)
  }

  private func keepUp(at now: Timestamp) async throws {
    if sight.governanceWatch.wasRead {
      recount(at: now)
      attention.place(candidates.filter(\.isPublic))
      try await tellNews(at: now)
    } else if directory.number == 0 {
      directory = Directory(
        number: 1, roll.remembered(told.filter { $0.value.action == .upsert || roll.isWithheld($0.key) }.keys),
        formerly: told.keys)
    }
    try await tellGone(at: now)
  }

  /// Who is listed, where anything has changed that decides it.
  private func recount(at now: Timestamp) {
    // What had ended by a clock that was ahead has not.
    guard revisions != (sight.revision, roll.revision) || now >= candidatesUntil || now < countedAt else { return }
    countedAt = now
    let before = candidates
    (candidates, candidatesUntil) = roll.candidates(sight, at: now)
    candidates.sort { $0.key < $1.key }
    revisions = (sight.revision, roll.revision)
    activeApprovals = sight.approvals.ids(except: roll.revoked)
    directory = Directory(
      number: directory.number + 1, candidates.filter(roll.isListed), formerly: told.keys + before.map(\.key))
    for listing in before + candidates where told[listing.key]?.action == .upsert { former[listing.key] = listing }
    former = former.filter { !directory.contains($0.key) }
    noteUnlisted()
  }

  /// Says it once of each agent: its model or its environment may be misspelt.
  private func noteUnlisted() {
    let agents = roll.unlisted(among: candidates)
    for agent in agents where !unlisted.contains(agent.key) {
      logger.warning(
        "an agent is not listed: no approval of its model is in force for where it runs",
        metadata: [
          "agent": "\(agent.key)", "model": "\(agent.model)", "environment": "\(agent.environment?.text ?? "any")",
        ])
    }
    unlisted = Set(agents.map(\.key))
  }
}

// What followers are told.
extension CatalogKeeper {
  /// Of what is new or other than it was told.
  private func tellNews(at now: Timestamp) async throws {
    guard sight.servingWatch.isAnswering else { return }
    let deadline = ContinuousClock.now + Self.budget
    var (changes, seen, settled): ([AgentChange], Set<AgentKey>, Set<AgentKey>) = ([], [], [])
    var fault: (any Error)?
    for listing in due() where ContinuousClock.now < deadline && seen.insert(listing.key).inserted {
      do {
        let made = try await maker.made(listing)
        if made.verdict != .unknown { settled.insert(listing.key) }
        if let change = change(of: listing, to: made) { changes.append(change) }
      } catch { fault = error }
    }
    // By the verdicts of this round, whether or not they can be told.
    recount(at: now)
    try await tell(changes, at: now)
    attention.settle(settled)
    if let fault { throw fault }
  }

  /// Nil where followers have nothing to be told.
  private func change(of listing: Listing, to made: MadeDocument) -> AgentChange? {
    guard roll.take(made.verdict, on: listing) else { return nil }
    let news = ToldAgent(action: .upsert, fingerprint: made.substance, basis: listing.basis)
    return told[listing.key] == news ? nil : AgentChange(key: listing.key, document: made.document, told: news)
  }

  /// Whom to look at anew: those that the planes speak of, that were never told of as they are approved now, and a few of the others.
  private func due() -> [Listing] {
    let visible = candidates.filter(\.isPublic)
    guard !visible.isEmpty else { return [] }
    let first = visible.filter { listing in
      attention.contains(listing.key)
        || (roll.isListed(listing) && told[listing.key]?.stands(on: listing.basis) != true)
    }
    let start = sweepPosition % visible.count
    sweepPosition = start + Self.sweepCount
    return first + (visible[start...] + visible[..<start]).prefix(Self.sweepCount)
  }

  /// Before anything is answered: who is private now, or was taken out of the config, is gone, and nothing but the names is told of them
  /// from now on.
  ///
  /// - Throws: `StorageError` where that cannot be written; then nothing may be answered.
  func withhold(at now: Timestamp) async throws {
    let gone = told.filter { roll.isWithheld($0.key) && $0.value != .withheld }.keys.sorted()
    try await tell(
      gone.map { AgentChange(key: $0, document: registry.namesAlone($0, at: now), told: .withheld) }, at: now)
  }

  /// The last words on those that may not run any more.
  private func tellGone(at now: Timestamp) async throws {
    let deadline = ContinuousClock.now + Self.budget
    var changes: [AgentChange] = []
    var fault: (any Error)?
    for (key, last) in told where last.action == .upsert && !directory.contains(key) {
      let told = ToldAgent(action: .revoke, fingerprint: last.fingerprint, basis: last.basis)
      do {
        guard let document = try await revocation(of: key, at: now, until: deadline) else { continue }
        changes.append(AgentChange(key: key, document: document, told: told))
      } catch {
        // That it is gone is told whatever becomes of its papers, and what has gone beside it too.
        fault = error
        changes.append(AgentChange(key: key, document: registry.namesAlone(key, at: now), told: told))
      }
    }
    try await tell(changes.sorted { $0.key < $1.key }, at: now)
    if let fault {
      logger.warning("an agent is gone, and its last words could not be read", metadata: ["error": "\(fault)"])
    }
  }

  /// What the serving plane says of an agent that is not listed any more; where it does not say no, what is known without it.
  private func revocation(
    of key: AgentKey, at now: Timestamp, until deadline: ContinuousClock.Instant
  ) async throws -> AgentDocument? {
    if let listing = former[key], sight.servingWatch.isAnswering, .now < deadline {
      let document = try await maker.made(listing).document
      // A no that came after the end of the approval holds no more than a yes would.
      if try document.saysNo() { return try document.withdrawn() }
    }
    guard let last = try await deltas.lastWord(on: key) else { return nil }
    let end = try last.approvalEnd()
    let reason =
      end.flatMap { $0 <= now ? "its approval ended at \($0)" : nil }
      ?? "this registry finds no approval of it in force any more"
    return try last.revoked(because: reason, at: now)
  }

  private func tell(_ changes: [AgentChange], at now: Timestamp) async throws {
    try await deltas.append(changes, at: now)
    for change in changes {
      told[change.key] = change.told
      if change.told.action != .upsert { former[change.key] = nil }
    }
  }
}
