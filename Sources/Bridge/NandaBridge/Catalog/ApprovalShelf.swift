import AgentFacts
import Attestations
import Logging
import PlaneContract
import Signing
import Wire

/// The approvals that governance calls active and whose papers have been verified here.
struct ApprovalShelf: Sendable {
  private let held: [ApprovalID: ApprovedModel]
  /// Of the trust root under which they were verified.
  private let rootVersion: Int?

  init() { self.init(held: [:], rootVersion: nil) }

  private init(held: [ApprovalID: ApprovedModel], rootVersion: Int?) {
    self.held = held
    self.rootVersion = rootVersion
  }

  /// Reads the papers of what is new on the list; under another trust root, all of them. Papers that do not verify are left out, and said
  /// so. When governance cannot be read to the end, everything stays as it was.
  func refreshed(
    _ listed: [ApprovalSummary], from governance: GovernanceReading, root: Int, logger: Logger
  ) async throws -> ApprovalShelf {
    let known = rootVersion == root ? held : [:]
    var found: [ApprovalID: ApprovedModel] = [:]
    for id in listed.compactMap(\.approvalID) {
      if let approved = known[id] {
        found[id] = approved
        continue
      }
      do { found[id] = ApprovedModel(try await governance.papers(of: id)) } catch let error where error.isAboutPapers {
        logger.error("an approval is not told of", metadata: ["approval": "\(id)", "problem": "\(error)"])
      }
    }
    return ApprovalShelf(held: found, rootVersion: root)
  }

  /// All of them, whether or not they have ended since.
  func ids(except revoked: Set<Digest>) -> Set<ApprovalID> {
    Set(held.filter { !revoked.contains($0.value.held.digest) }.keys)
  }

  /// For each model the approval that it is told of by, of those in force at `now`: by which it runs, else the newest.
  ///
  /// - Parameter revoked: approvals that the serving plane has called revoked.
  func chosen(at now: Timestamp, deployed: Set<ApprovalID>, except revoked: Set<Digest>) -> [ApprovedModel] {
    var chosen: [ModelID: ApprovedModel] = [:]
    for approved in held.values {
      let approval = approved.held.predicate
      guard approval.expiresAt > now, !revoked.contains(approved.held.digest) else { continue }
      guard let other = chosen[approved.modelID] else {
        chosen[approved.modelID] = approved
        continue
      }
      let rank = { (model: ApprovedModel) in
        (deployed.contains(model.held.predicate.approvalID) ? 1 : 0, model.held.predicate.approvedAt, model.held.digest)
      }
      if rank(approved) > rank(other) { chosen[approved.modelID] = approved }
    }
    return Array(chosen.values)
  }
}

extension Error {
  /// What asking once more would not change.
  fileprivate var isAboutPapers: Bool {
    self is GateFault || self is PaperFault || self is FieldError || (self as? Refusal)?.code == .notFound
  }
}
