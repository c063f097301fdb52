import Daemon
import PlaneContract
import Storage
import Wire

extension DeploymentService {
  /// A page of `deployment.list`: what is being deployed, then what is on record, each newest first. A deploy that ends at this
  /// moment may stand in both, and never in neither.
  func list(_ query: DeploymentList) async throws -> Page<DeploymentSummary> {
    let deploying = progress.list(query)
    let recorded = try await context.database.read { try store.list(query, in: $0) }
    return Page(fitting: deploying + recorded, limit: query.limit)
  }
}
