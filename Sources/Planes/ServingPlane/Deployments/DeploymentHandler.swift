import Daemon
import PlaneContract
import Storage
import Wire

/// The messages of deployers: decode, let the service act, encode.
struct DeploymentHandler: Sendable {
  let service: DeploymentService

  var routes: [Route] {
    [
      .change(.modelDeploy) { request in
        DeployReceipt(promotion: try await service.deploy(request.decoded(), for: request)).fields
      },
      .change(.modelUndeploy) { request in
        UndeployReceipt(undeployment: try await service.undeploy(request.decoded(), for: request)).fields
      },
      .query(.deploymentList) { request in
        let query: DeploymentList = try request.decoded()
        return .later { try await service.list(query).fields }
      },
    ]
  }
}
