import AgentFacts
import Attestations
import Logging
import PlaneContract
import Signing
import Wire

/// The approvals that governance calls active and whose papers have been verified here.
struct ApprovalShelf: Sendable {
  /// Papers that are written at a time.
  private static let batch = 100

  private let held: [ApprovalID: ListedApproval]
  /// Of the trust root under which they were verified.
  private let rootVersion: Int?

  init() { self.init(held: [:], rootVersion: nil) }

  private init(held: [ApprovalID: ListedApproval], rootVersion: Int?) {
    self.held = held
    self.rootVersion = rootVersion
  }

  /// Verifies the papers of what is new on the list; under another trust root, all of them. Papers that do not verify are left out, and
  /// said so. When governance cannot be read to the end, everything stays as it was.
  func refreshed(
    _ listed: [ApprovalSummary], from governance: GovernanceReading, _ store: PaperStore, root: VerifiedTrustRoot,
    logger: Logger
  ) async throws -> ApprovalShelf {
    let known = rootVersion == root.version ? held : [:]
    var (found, fresh): ([ApprovalID: ListedApproval], [(id: ApprovalID, papers: UnverifiedPapers)]) = ([:], [])
    for id in listed.compactMap(\.approvalID) {
      do {
        if let approved = known[id] {
          found[id] = approved
        } else if let kept = try? await store.papers(of: id)?.verified(as: id, root: root) {
          found[id] = ListedApproval(kept.held)
        } else {
          let papers = try await governance.papers(of: id)
          found[id] = ListedApproval(try papers.verified(as: id, root: root).held)
          fresh.append((id, papers))
        }
      } catch let error where error.isAboutPapers {
        logger.error("an approval is not told of", metadata: ["approval": "\(id)", "problem": "\(error)"])
      }
      if fresh.count >= Self.batch {
        // A disk that is full only means that they are asked for again.
        try? await store.keep(fresh)
        fresh = []
      }
    }
    try? await store.keep(fresh)
    try? await store.keepOnly(Set(found.keys))
    return ApprovalShelf(held: found, rootVersion: root.version)
  }

  /// All of them, whether or not they have ended since.
  func ids(except revoked: Set<Digest>) -> Set<ApprovalID> {
    Set(held.filter { !revoked.contains($0.value.digest) }.keys)
  }

  /// For each model the approval that it is told of by, of those in force at `now`: by which it runs, else the newest.
  ///
  /// - Parameter revoked: approvals that the serving plane has called revoked.
  func chosen(at now: Timestamp, deployed: Set<ApprovalID>, except revoked: Set<Digest>) -> [ListedApproval] {
    var chosen: [ModelID: ListedApproval] = [:]
    for approved in held.values {
      guard approved.expiresAt > now, !revoked.contains(approved.digest) else { continue }
      guard let other = chosen[approved.modelID] else {
        chosen[approved.modelID] = approved
        continue
      }
      let rank = { (approval: ListedApproval) in
        (deployed.contains(approval.approvalID) ? 1 : 0, approval.approvedAt, approval.digest)
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
