import Attestations
import Drift
import PlaneContract
import Signing
import Wire

/// What the bridge asks of the governance plane.
struct GovernanceReading: Sendable {
  let line: PlaneLine
  let reader: Reader

  func status() async throws -> PlaneStatus { try PlaneStatus(try await line.ask(.planeStatus, [:]).body) }

  /// Every approval that governance calls active, by its word alone: which papers to ask for.
  func activeApprovals() async throws -> [ApprovalSummary] {
    try await line.all(.approvalList) { after in
      ApprovalList(status: .active, after: after, limit: ApprovalList.maximumLimit)
    }
  }

  /// The papers of an approval, by governance's word alone.
  func papers(of id: ApprovalID) async throws -> UnverifiedPapers {
    let detail: ApprovalDetail = try await line.ask(.approvalGet, ApprovalGet(approvalID: id))
    guard let approval = detail.approval else { throw PaperFault("governance shows no approval \(id)") }
    return UnverifiedPapers(approval: approval, training: detail.trainingOutput)
  }

  /// The newest drift checks of a model, newest first, each signed by governance. They are not computed again here.
  ///
  /// - Throws: `AttestationError` or `PaperFault` for what does not hold.
  func driftChecks(of model: ModelID) async throws -> [DriftCheck] {
    let page: Page<DriftCheckItem> = try await line.ask(.driftGet, DriftGet(modelID: model, limit: 8))
    return try page.items.map { item in
      let check = try item.driftCheck.attested(DriftCheck.self, by: reader.trust.root.keys(of: .governance)).predicate
      guard check.modelID == model else { throw PaperFault("governance showed a drift check of another model") }
      return check
    }
  }
}

/// Papers that prove nothing.
struct PaperFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension PlaneLine {
  /// A list that never ends is a plane's mistake.
  private static let maximumPages = 1000
  /// However many pages: a plane that answers slowly keeps the other one's news waiting meanwhile.
  private static let longest = Duration.seconds(30)

  /// Every item of a list, page after page.
  func all<Item: PlaneContract.Body, Query: PlaneContract.Body>(
    _ kind: MessageKind, _ query: (_ after: String?) -> Query
  ) async throws -> [Item] {
    var items: [Item] = []
    var after: String?
    let deadline = ContinuousClock.now + Self.longest
    for _ in 0..<Self.maximumPages where ContinuousClock.now < deadline {
      let page: Page<Item> = try await ask(kind, query(after))
      items += page.items
      guard let next = page.next else { return items }
      after = next
    }
    throw PaperFault("\(role.planeName)'s \(kind.rawValue) does not end")
  }
}
