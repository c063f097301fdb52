import AgentFacts
import Attestations
import PlaneContract
import Synchronization
import Wire

/// What the bridge knows at one moment, complete and never changed: requests read one from beginning to end. What is told of each agent is
/// made when it is asked for (`DocumentMaker`).
package struct CatalogSnapshot: Sendable {
  package let directory: Directory
  /// What runs.
  package let deployments: [DeploymentSummary]
  /// Nil until governance has been read.
  let approvals: ActiveApprovals?
  package let governance: PlaneWatch
  package let serving: PlaneWatch
  package let builtAt: Timestamp
  /// Whether governance has been read, or the bridge's own record speaks of agents: else an empty list is no knowledge.
  var knowsAgents = true
  /// Agents of the config that no approval in force lets be listed.
  var unlistedCount = 0
  /// Why followers could not be told of what has changed; nil where they were.
  let fault: String?
  /// `builtAt` by a clock that only goes on.
  let instant = ContinuousClock.now

  /// Agents for everybody, in the order of their keys.
  package var listed: [Listing] { directory.listed }
  /// The governed models among them.
  package var models: [Listing] { listed.filter { $0.agent == nil } }
}

/// The newest snapshot.
package final class Catalog: Sendable {
  private let newest: Mutex<CatalogSnapshot>

  init() {
    newest = Mutex(
      CatalogSnapshot(
        directory: Directory(number: 0, []), deployments: [], approvals: nil, governance: PlaneWatch(),
        serving: PlaneWatch(),
        builtAt: .now(), knowsAgents: false, fault: nil))
  }

  package var snapshot: CatalogSnapshot { newest.withLock { $0 } }

  func publish(_ snapshot: CatalogSnapshot) { newest.withLock { $0 = snapshot } }
}
