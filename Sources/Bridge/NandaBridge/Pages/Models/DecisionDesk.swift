import AgentFacts
import Attestations
import PlaneContract
import Wire

/// Asks the serving plane about the models that somebody looks at, over a line of its own: who reads pages keeps no agent waiting.
/// Decisions are kept until shortly before they are over, and the last ones for saying when something was known.
actor DecisionDesk {
  /// Seconds before its end at which a decision is asked for anew.
  private static let margin = 10
  private static let capacity = 500

  private let serving: ServingReading
  private let turn = Turn(places: 64)
  private var shelf = Shelf<[VerifiedDecision]>(capacity: capacity)

  init(serving: ServingReading) { self.serving = serving }

  /// Every listing with what is known of it. What cannot be asked by the deadline stays as it was last known.
  func views(
    of listings: some Collection<Listing>, in snapshot: CatalogSnapshot, until deadline: ContinuousClock.Instant
  ) async -> [ModelView] {
    let hasTurn = (try? await turn.take(until: deadline)) != nil
    defer { if hasTurn { turn.give() } }
    var isAnswering = hasTurn && snapshot.serving.isAnswering
    for listing in listings where isAnswering && .now < deadline && isDue(listing, at: .now()) {
      isAnswering = await ask(listing)
    }
    let running = Dictionary(grouping: snapshot.deployments.filter { $0.state == .deployed }, by: \.modelID)
    return listings.map { listing in
      ModelView(listing, decisions: known(listing), deployments: listing.model.flatMap { running[$0] } ?? [])
    }
  }

  /// Decisions on the very approval by which it is listed.
  private func known(_ listing: Listing) -> [VerifiedDecision] {
    guard let model = listing.model, let approved = listing.approved else { return [] }
    return (shelf[model] ?? []).filter { decision in
      decision.modelID == model && (decision.approvalDigest == nil || decision.approvalDigest == approved.digest)
    }
  }

  private func isDue(_ listing: Listing, at now: Timestamp) -> Bool {
    let known = known(listing)
    return known.count < listing.questions.count
      || known.contains { $0.validUntil.adding(seconds: -Self.margin) <= now }
  }

  /// False where nobody answers.
  private func ask(_ listing: Listing) async -> Bool {
    guard let model = listing.model else { return true }
    var decisions: [VerifiedDecision] = []
    for question in listing.questions {
      guard let decision = try? await serving.decision(on: question) else { return false }
      decisions.append(decision)
    }
    shelf.put(decisions, of: model)
    return true
  }
}
