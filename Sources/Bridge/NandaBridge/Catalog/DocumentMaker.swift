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
/// One is made at a time, in the order in which they are asked for; who has waited finds it made by the one before.
package struct DocumentMaker: Sendable {
  /// How long an answer that nobody could confirm stands until the plane is tried again.
  private static let staleSeconds = 5
  /// Seconds before its end at which a document is made anew, so that who gets one has time to use it.
  private static let margin = 5

  private let registry: Registry
  private let serving: ServingReading
  private let log: DeltaLog
  private let logger: Logger
  private let turn = Turn()
  private let absence = Absence()
  let file: DocumentFile

  init(registry: Registry, serving: ServingReading, log: DeltaLog, file: DocumentFile, logger: Logger) {
    self.registry = registry
    self.serving = serving
    self.log = log
    self.file = file
    self.logger = logger
  }

  /// What is told of an agent now.
  func document(
    of listing: Listing, at now: Timestamp
  ) async throws -> (document: AgentDocument, freshUntil: Timestamp) {
    if let kept = file.document(listing.key, at: now) { return kept }
    await turn.take()
    defer { turn.give() }
    if let kept = file.document(listing.key, at: now) { return kept }
    let made = try await make(listing)
    return (made.document, made.freshUntil)
  }

  /// Makes one anew, whatever is kept.
  func made(_ listing: Listing) async throws -> MadeDocument {
    await turn.take()
    defer { turn.give() }
    return try await make(listing)
  }

  private func make(_ listing: Listing) async throws -> MadeDocument {
    let made: MadeDocument
    do {
      guard !absence.lasts else { throw PaperFault("the serving plane did not answer a moment ago") }
      made = try await ask(listing)
    } catch {
      logger.debug("a decision could not be had", metadata: ["agent": "\(listing.key)", "error": "\(error)"])
      if error is TransportError { absence.begin(for: .seconds(Self.staleSeconds)) }
      made = try await remembered(listing)
    }
    file.keep(made, at: .now())
    return made
  }

  /// The model behind an agent with the serving plane's decisions of this moment: for pages that show each gate.
  package func governedModel(of listing: Listing) async throws -> GovernedModel {
    await turn.take()
    defer { turn.give() }
    return try await governed(listing)
  }

  private func governed(_ listing: Listing) async throws -> GovernedModel {
    guard let approved = listing.approved else { throw PaperFault("governance has not been read since the start") }
    var decisions: [VerifiedDecision] = []
    for question in listing.questions { decisions.append(try await serving.decision(on: question)) }
    return try GovernedModel(approved, decisions: decisions, evidence: nil)
  }

  private func ask(_ listing: Listing) async throws -> MadeDocument {
    let model = try await governed(listing)
    let decisions = model.decisions
    let now = Timestamp.now()
    let facts = try listing.facts(on: model, in: registry, at: now)
    let end = decisions.map(\.validUntil).min() ?? now.adding(seconds: Decision.maximumLifeSeconds)
    return MadeDocument(
      document: AgentDocument(facts, key: listing.key), freshUntil: end.adding(seconds: -Self.margin),
      substance: facts.substance, verdict: Self.verdict(model, at: now))
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
  private func remembered(_ listing: Listing) async throws -> MadeDocument {
    let now = Timestamp.now()
    if let kept = file.document(listing.key, at: now) {
      return MadeDocument(
        document: kept.document, freshUntil: kept.freshUntil, substance: kept.document.digest, verdict: .unknown)
    }
    let last = if let kept = file.last(listing.key) { kept } else { try await log.lastWord(on: listing.key) }
    let document =
      try last?.stale(because: "the serving plane cannot be asked", at: now) ?? unasked(listing, at: now)
    return MadeDocument(
      document: document, freshUntil: now.adding(seconds: Self.staleSeconds), substance: document.digest,
      verdict: .unknown)
  }

  private func unasked(_ listing: Listing, at now: Timestamp) throws -> AgentDocument {
    guard let approved = listing.approved else { throw PaperFault("nothing is known of \(listing.key)") }
    let model = try GovernedModel(approved, decisions: [], evidence: nil)
    return AgentDocument(try listing.facts(on: model, in: registry, at: now), key: listing.key)
  }
}

/// That a plane did not answer: whoever waits for a document next is not to wait for that again.
private final class Absence: Sendable {
  private let end = Mutex(ContinuousClock.now)

  var lasts: Bool { end.withLock { ContinuousClock.now < $0 } }

  func begin(for duration: Duration) { end.withLock { $0 = .now + duration } }
}
