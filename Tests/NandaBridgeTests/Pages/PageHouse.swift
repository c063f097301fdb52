import AgentFacts
import Attestations
import PlaneContract
import Signing
import TestSupport
import Wire

@testable import NandaBridge

/// Models that were approved in the test house, and what its serving plane says of them.
final class PageHouse {
  static let noon = TestHouse.epoch
  static let moment = Moment(time: noon, instant: .now)
  static let site = Site(registry: RegistryID(checked: "my-reg"), provider: "Acme <b>& Sons</b> \u{202e}")

  let house: TestHouse
  private var approvals: [Digest: HeldApproval] = [:]

  init() throws { house = try TestHouse() }

  func listing(_ model: String, days: Int = 30, environments: [String] = ["staging", "production"]) throws -> Listing {
    let result = TestHouse.result(model: model)
    let output = try house.trainingOutput(result)
    let approval = TestHouse.approval(
      of: output, result, environments: environments, required: 2, expiresAt: Self.noon.adding(days: days))
    let proven = try ProvenApproval.verify(
      approval: house.signed(approval, by: ["alice", "bob", "governance-plane"]), training: output, root: house.root)
    approvals[proven.held.digest] = proven.held
    return Listing(ListedApproval(proven.held), isPublic: true)
  }

  /// - Parameter reason: of the gate that fails; nil where all pass.
  func decision(
    on listing: Listing, in environment: String = "staging", failingBecause reason: String? = nil,
    at time: Timestamp = noon
  ) throws -> VerifiedDecision {
    let gates = Gate.allCases.map { gate in
      reason.flatMap { gate == .scope ? GateResult.fail(gate, $0) : nil } ?? .pass(gate, "fine")
    }
    guard let held = listing.approved.flatMap({ approvals[$0.digest] }) else {
      throw PaperFault("a listing without an approval")
    }
    let question = GateQuestion(
      modelID: held.predicate.modelID, environment: EnvironmentName(checked: environment), scope: nil,
      weightsHash: held.predicate.weightsHash)
    let envelope = try Decision(
      question: question, gates: gates, held: held, timeVerified: time, trustRootDigest: house.root.digest,
      requestedBy: PrincipalID(checked: "bridge"), requestDigest: Digest(hashing: [7])
    ).signed(by: house.key("serving-plane"))
    return try VerifiedDecision.verify(envelope, root: house.root)
  }

  /// As a page knows it that has asked when it was made.
  static func known(_ decision: VerifiedDecision) -> KnownDecision {
    KnownDecision(
      decision, rootVersion: 1,
      asked: Moment(
        time: decision.timeVerified,
        instant: moment.instant + .microseconds(decision.timeVerified.microseconds - noon.microseconds)))
  }

  func snapshot(_ listings: [Listing], approvals: ActiveApprovals? = nil, serving: PlaneWatch = PlaneWatch())
    -> CatalogSnapshot
  {
    CatalogSnapshot(
      directory: Directory(number: 1, listings), deployments: [], approvals: approvals, governance: PlaneWatch(),
      serving: serving,
      builtAt: Self.noon, fault: nil)
  }

  /// The overview's page that a query asks for; nil where there is none.
  func overview(
    _ listings: [Listing], _ query: String, decisions: [VerifiedDecision] = [], approvals: ActiveApprovals? = nil
  ) throws -> String? {
    guard let query = OverviewQuery(try QueryParameters(query: query)) else { return nil }
    let snapshot = snapshot(listings, approvals: approvals)
    let selected = query.selected(from: snapshot.models, at: Self.noon)
    guard let slice = query.slice(of: selected) else { return nil }
    let views = slice.map { listing in
      ModelView(listing, decisions: decisions.filter { $0.modelID == listing.model }.map(Self.known), deployments: [])
    }
    return OverviewPage(
      site: Self.site, snapshot: snapshot,
      trust: TrustStanding(version: 1, expiresAt: Self.noon.adding(days: 400), fault: nil), query: query,
      listed: snapshot.models, selected: selected, views: views, drift: [:], now: Self.moment
    ).page.html
  }
}
