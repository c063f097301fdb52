import AgentFacts
import Attestations
import PlaneContract
import Signing
import Wire

/// A governed model as pages show it: all that they take from the catalog and from the planes, and nowhere else.
struct ModelView: Sendable {
  let model: ModelID
  /// Nil where governance has not been read since the bridge was started.
  let approval: ListedApproval?
  /// The serving plane's newest word that is known, by environment. It may be over.
  let decisions: [EnvironmentName: KnownDecision]
  let deployments: [DeploymentSummary]

  init(_ listing: Listing, decisions: [KnownDecision], deployments: [DeploymentSummary]) {
    model = listing.model ?? ModelID(checked: listing.key.id.text)
    approval = listing.approved
    let places = decisions.compactMap { known in known.decision.environment.map { ($0, known) } }
    self.decisions = Dictionary(places) { first, _ in first }
    self.deployments = deployments
  }

  var approvers: [PrincipalID] { approval?.approvers ?? [] }
  var environments: [EnvironmentName] { approval?.environments ?? [] }

  /// What is known of a place at a moment.
  func standing(in environment: EnvironmentName, at now: Moment) -> PlaceStanding {
    guard let known = decisions[environment] else { return .neverAsked }
    let decision = known.decision
    guard known.holds(at: now) else { return .unknown(last: decision) }
    guard decision.passed else { return .mayNotRun(decision) }
    return approval.map { now.time < $0.expiresAt } == true ? .mayRun(decision) : .unknown(last: decision)
  }

  /// Where it may run by decisions that hold.
  func allowed(at now: Moment) -> [EnvironmentName] {
    environments.filter { if case .mayRun = standing(in: $0, at: now) { true } else { false } }
  }
}

/// Whether a model may run somewhere. What is not known any more is never `mayRun`.
enum PlaceStanding {
  case mayRun(VerifiedDecision)
  case mayNotRun(VerifiedDecision)
  /// The last word is over, and there is no newer one.
  case unknown(last: VerifiedDecision)
  case neverAsked

  var mark: Mark {
    switch self {
    case .mayRun: .yes("may run")
    case .mayNotRun: .no("may not run")
    case .unknown, .neverAsked: .open("not known now")
    }
  }

  /// Whether nothing follows from its decision any more.
  var isOver: Bool { if case .unknown = self { true } else { false } }

  var decision: VerifiedDecision? {
    switch self {
    case .mayRun(let decision), .mayNotRun(let decision), .unknown(let decision): decision
    case .neverAsked: nil
    }
  }
}
