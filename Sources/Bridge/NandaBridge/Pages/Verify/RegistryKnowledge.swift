import AgentFacts
import Attestations
import Bundles
import HTML
import Wire

/// What the bridge itself knows of the approval in a bundle, which was written before now.
struct RegistryKnowledge {
  /// For the page, in any case.
  let words: String
  /// Why the bundle cannot be taken at its word any more; nil where nothing speaks against it.
  let contradiction: String?
  /// Why nothing speaking against it may mean little; nothing where what is known is of now.
  let caution: [HTMLNode]

  /// - Parameters:
  ///   - listing: of the bundle's model; nil where none is listed.
  ///   - version: of the trust root that the bridge goes by.
  init(_ report: BundleReport, listing: Listing?, in snapshot: CatalogSnapshot, trustRoot version: Int) {
    if let theirs = report.findings.trustRootVersion, theirs < version {
      self.init(
        words: "goes by version \(version) of the trust root, which the bundle does not have",
        contradiction:
          "The bundle ends with version \(theirs) of the trust root, and version \(version) is in force. "
          + "Who may sign can have changed: ask for a new bundle.")
    } else if let approval = report.approval, let known = snapshot.approvals {
      self.init(approval, listing: listing, known: known)
    } else {
      self.init(
        words: "cannot compare it with what governance says now",
        caution: [
          "This server has not heard from governance since it was started: whether the approval has been revoked, it cannot say."
        ])
    }
  }

  private init(_ approval: ModelApproval, listing: Listing?, known: ActiveApprovals) {
    let caution: [HTMLNode] =
      known.isCurrent
      ? []
      : ["What this server knows of governance is of ", .moment(known.knownAt), "; it may have been revoked since."]
    guard known.ids.contains(approval.approvalID) else {
      self.init(
        words: "knows of no such approval in force",
        contradiction:
          "By what this server knows of governance, \(approval.approvalID) of \(approval.modelID) is not in "
          + "force: it has been revoked, or has ended. Ask for a new bundle.", caution: caution)
      return
    }
    let words =
      switch listing?.approved?.approvalID {
      case approval.approvalID: "lists the model by this very approval"
      case .some(let other): "lists the model by another approval, \(other); this one is in force too"
      case nil: "knows the approval to be in force"
      }
    self.init(words: words, caution: caution)
  }

  private init(words: String, contradiction: String? = nil, caution: [HTMLNode] = []) {
    (self.words, self.contradiction, self.caution) = (words, contradiction, caution)
  }
}
