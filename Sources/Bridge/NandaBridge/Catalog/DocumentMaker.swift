import AgentFacts
import Attestations
import Logging
import PlaneContract
import Synchronization
import Transport
import Signing
import Wire

/// Makes the documents of agents when somebody asks for them. A decision lives a minute at most, and asking for those of ten thousand
/// models again and again would keep the serving plane busy for nobody.
///
/// One is made at a time, in the order in which they are asked for; who has waited finds it made by the one before. Clients and the keeper
/// of the catalog each have a maker with lines and a turn of their own, so that no crowd of clients keeps it from looking.
package struct DocumentMaker: Sendable {
  /// How long an answer that nobody could confirm stands until the plane is tried again.
  private static let staleSeconds = 5
  /// Seconds before its end at which a document is made anew, so that who gets one has time to use it.
  private static let margin = 5
  /// For the turn of the one who waits for nobody else.
  private static let longestWait = Duration.seconds(60)

  private let registry: Registry
  private let serving: ServingReading
  private let approvals: ApprovalLog
  private let papers: PaperStore
  private let governance: GovernanceReading
  private let trust: FollowedTrust
  private let log: DeltaLog
  private let logger: Logger
  private let turn: Turn
  private let absence = Absence()
  let file: DocumentFile

  init(
    registry: Registry, serving: ServingReading, governance: GovernanceReading, approvals: ApprovalLog,
    papers: PaperStore, trust: FollowedTrust, log: DeltaLog, file: DocumentFile, places: Int, logger: Logger
  ) {
    turn = Turn(places: places)
    self.registry = registry
    self.serving = serving
    self.approvals = approvals
    self.papers = papers
    self.governance = governance
    self.trust = trust
    self.log = log
    self.file = file
    self.logger = logger
  }

  /// What is told of an agent now: by the time when its turn has come, not when it was asked for.
  ///
  /// - Throws: `Overload` where it cannot be had in time, or nobody waits for it any more.
  func document(of listing: Listing, _ patience: Patience) async throws -> ToldDocument {
    if let kept = file.document(listing.key) { return kept }
    try await turn.take(until: patience.deadline)
    defer { turn.give() }
    try patience.check()
    if let kept = file.document(listing.key) { return kept }
    // Signatures take their time: not that of the connections of an event loop.
    let made = try await withTaskExecutorPreference(globalConcurrentExecutor) { try await make(listing) }
    return ToldDocument(made.document, freshness: made.freshness)
  }

  /// Makes those of several that are not there, and has none of them in memory.
  func prepare(_ listings: some Collection<Listing>, _ patience: Patience) async throws {
    for listing in listings { _ = try await document(of: listing, patience) }
  }

  /// What is told of several, as many as a number of bytes holds, and one at least. To make many takes a while: what has ended meanwhile
  /// is made once more, and told as over where it ends again.
  func documents(
    of listings: some Collection<Listing>, upTo byteCount: Int, _ patience: Patience
  ) async throws -> [ToldDocument] {
    var (told, left): ([ToldDocument], Int) = ([], byteCount)
    for listing in listings {
      let next = try await document(of: listing, patience)
      left -= next.document.json.count
      guard left >= 0 || told.isEmpty else { break }
      told.append(next)
    }
    for (position, listing) in zip(told.indices, listings) where !told[position].freshness.holds(at: .now()) {
      told[position] = try await document(of: listing, patience)
    }
    return try told.map { $0.freshness.holds(at: .now()) ? $0 : try $0.over(at: .now()) }
  }

  /// Makes one anew, whatever is kept.
  func made(_ listing: Listing) async throws -> MadeDocument {
    try await turn.take(until: .now + Self.longestWait)
    defer { turn.give() }
    return try await make(listing)
  }

  private func make(_ listing: Listing) async throws -> MadeDocument {
    let asked = ContinuousClock.now
    do {
      guard !absence.lasts else { throw PaperFault("the serving plane did not answer a moment ago") }
      let made = try await ask(listing, asked: asked)
      file.keep(made)
      return made
    } catch {
      logger.debug("a decision could not be had", metadata: ["agent": "\(listing.key)", "error": "\(error)"])
      if error is TransportError { absence.begin(for: .seconds(Self.staleSeconds)) }
      return try await remembered(listing, asked: asked)
    }
  }

  private func governed(_ listing: Listing) async throws -> GovernedModel {
    guard let approved = listing.approved else { throw PaperFault("governance has not been read since the start") }
    let model = try await self.approved(approved)
    var decisions: [VerifiedDecision] = []
    for question in listing.questions { decisions.append(try await serving.decision(on: question)) }
    return try GovernedModel(model, decisions: decisions, evidence: await approvals.evidence(of: model.held))
  }

  /// All that the papers say, verified by the root of now.
  private func approved(_ listed: ListedApproval) async throws -> ApprovedModel {
    let id = listed.approvalID
    let kept = try? await papers.papers(of: id)?.verified(as: id, root: trust.root)
    let proven = if let kept { kept } else { try await governance.papers(of: id).verified(as: id, root: trust.root) }
    guard proven.held.digest == listed.digest else { throw PaperFault("\(id) has other papers by now") }
    return ApprovedModel(proven)
  }

  private func ask(_ listing: Listing, asked: ContinuousClock.Instant) async throws -> MadeDocument {
    let model = try await governed(listing)
    let decisions = model.decisions
    let now = Moment.now()
    let facts = try listing.facts(on: model, in: registry, at: now.time)
    let end = decisions.map(\.validUntil).min() ?? now.time.adding(seconds: Decision.maximumLifeSeconds)
    let document = AgentDocument(facts, key: listing.key)
    // Whoever reads it may be as strict as we are, and we read it again when the agent goes.
    _ = try StrictJSON.parse(document.json)
    return MadeDocument(
      document: document,
      freshness: Freshness(until: end.adding(seconds: -Self.margin), from: now),
      substance: facts.substance, verdict: Self.verdict(model, at: now.time), asked: asked)
  }

  private static func verdict(_ model: GovernedModel, at now: Timestamp) -> MadeDocument.Verdict {
    let isRevoked = model.decisions.contains { decision in
      // A gate that had nothing to judge fails too, and says so.
      decision.gates.contains { $0.gate == .revocation && !$0.passed && !$0.reason.hasPrefix("not evaluated") }
    }
    if isRevoked { return .revoked }
    return model.standing(at: now).mayRun ? .mayRun : .mayNotRun
  }

  /// The last document, which certifies nothing once its decisions have ended; without one, what is known without the serving plane.
  private func remembered(_ listing: Listing, asked: ContinuousClock.Instant) async throws -> MadeDocument {
    let now = Moment.now()
    if let kept = file.document(listing.key, at: now) {
      return MadeDocument(
        document: kept.document, freshness: kept.freshness, substance: kept.document.digest, verdict: .unknown,
        asked: asked)
    }
    let last = if let kept = file.last(listing.key) { kept } else { try await log.lastWord(on: listing.key) }
    let stale = try last?.stale(because: "the serving plane cannot be asked", at: now.time)
    let document = if let stale { stale } else { try await unasked(listing, at: now.time) }
    let made = MadeDocument(
      document: document, freshness: Freshness(until: now.time.adding(seconds: Self.staleSeconds), from: now),
      substance: document.digest, verdict: .unknown, asked: asked)
    file.keep(made)
    return made
  }

  private func unasked(_ listing: Listing, at now: Timestamp) async throws -> AgentDocument {
    guard let approved = listing.approved else { throw PaperFault("nothing is known of \(listing.key)") }
    let model = try GovernedModel(await self.approved(approved), decisions: [], evidence: nil)
    return AgentDocument(try listing.facts(on: model, in: registry, at: now), key: listing.key)
  }
}

extension ToldDocument {
  /// What can still be told of it once it holds no more.
  func over(at now: Timestamp) throws -> ToldDocument {
    ToldDocument(try document.stale(because: "what the serving plane said is over", at: now), freshness: freshness)
  }
}

/// That a plane did not answer: whoever waits for a document next is not to wait for that again.
private final class Absence: Sendable {
  private let end = Mutex(ContinuousClock.now)

  var lasts: Bool { end.withLock { ContinuousClock.now < $0 } }

  func begin(for duration: Duration) { end.withLock { $0 = .now + duration } }
}
