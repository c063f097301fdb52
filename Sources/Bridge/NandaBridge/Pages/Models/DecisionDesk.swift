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

  private let serving: any DecisionSource
  private let turn = Turn(places: 64)
  private var shelf = Shelf<[KnownDecision]>(capacity: capacity)
  /// Another one whenever the shelf is emptied: what was asked for before is not put there.
  private var edition = 0

  init(serving: any DecisionSource) { self.serving = serving }

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

  /// From now on every decision is asked for anew.
  func expireAll() {
    shelf = Shelf(capacity: Self.capacity)
    edition += 1
  }

  /// Decisions on the very approval by which it is listed, by the trust root of now: the key of an earlier one may be a thief's.
  private func known(_ listing: Listing) -> [KnownDecision] {
    guard let model = listing.model, let approved = listing.approved else { return [] }
    let version = serving.rootVersion
    return (shelf[model] ?? []).filter { known in
      let approval = known.decision.approvalDigest
      return known.rootVersion == version && known.decision.modelID == model
        && (approval == nil || approval == approved.digest)
    }
  }

  private func isDue(_ listing: Listing, at moment: Moment) -> Bool {
    let known = known(listing)
    return known.count < listing.questions.count || known.contains { $0.isDue(at: moment, margin: Self.margin) }
  }

  /// False where nobody answers.
  private func ask(_ listing: Listing) async -> Bool {
    guard let model = listing.model else { return true }
    let begun = edition
    var decisions: [KnownDecision] = []
    for question in listing.questions {
      let (rootVersion, asked) = (serving.rootVersion, Moment.now())
      guard let decision = try? await serving.decision(on: question) else { return false }
      decisions.append(KnownDecision(decision, rootVersion: rootVersion, asked: asked))
    }
    if edition == begun { shelf.put(decisions, of: model) }
    return true
  }
}
