import Synchronization
import Wire

/// The newest snapshot.
package final class Catalog: Sendable {
  private let newest: Mutex<CatalogSnapshot>

  init() {
    newest = Mutex(
      CatalogSnapshot(
        number: 0, builtAt: .now(), listings: [], deployments: [], governance: PlaneWatch(), serving: PlaneWatch()))
  }

  package var snapshot: CatalogSnapshot { newest.withLock { $0 } }

  func publish(_ snapshot: CatalogSnapshot) { newest.withLock { $0 = snapshot } }
}
