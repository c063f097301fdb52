import AgentFacts
import Attestations
import Bundles
import Wire

/// What the bridge itself knows of the approval in a bundle, which was written before now.
struct RegistryKnowledge {
  /// For the page, in any case.
  let words: String
  /// Why the bundle cannot be taken at its word any more; nil where nothing speaks against it.
  let contradiction: String?

  /// - Parameters:
  ///   - listing: of the bundle's model; nil where none is listed.
  ///   - version: of the trust root that the bridge goes by.
  init(_ report: BundleReport, listing: Listing?, in snapshot: CatalogSnapshot, trustRoot version: Int) {
    if let theirs = report.findings.trustRootVersion, theirs < version {
      words = "goes by version \(version) of the trust root, which the bundle does not have"
      contradiction =
        "The bundle ends with version \(theirs) of the trust root, and version \(version) is in force. "
        + "Who may sign can have changed: ask for a new bundle."
      return
    }
    guard let approval = report.approval, snapshot.governance.isAnswering else {
      (words, contradiction) = ("cannot compare it with what governance says now", nil)
      return
    }
    guard let held = listing?.approved?.held else {
      words = "lists no approval of this model in force"
      contradiction =
        snapshot.isHidden(approval.modelID)
        ? nil
        : "This server lists no approval of \(approval.modelID) in force now: it may have been revoked since. "
          + "Ask for a new bundle."
      return
    }
    let isSame = held.predicate.approvalID == approval.approvalID
    words =
      isSame
      ? "lists the model by this very approval" : "lists the model by another approval, \(held.predicate.approvalID)"
    contradiction = nil
  }
}

extension CatalogSnapshot {
  /// Whether it is there and not for everybody.
  fileprivate func isHidden(_ model: ModelID) -> Bool { directory.hidden.contains(AgentKey(model)) }
}
