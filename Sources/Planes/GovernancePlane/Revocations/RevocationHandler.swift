import Daemon
import PlaneContract

/// `model.revoke` from an approver, and `revocation.publish` for what the serving plane took on its own socket.
struct RevocationHandler: Sendable {
  let service: RevocationService

  var routes: [Route] {
    [
      .change(.modelRevoke) { request in
        let body: Revocation = try request.decoded()
        return try await service.revoke(body.revocation, request: request).fields
      },
      .change(.revocationPublish) { request in
        let body: RevocationPublication = try request.decoded()
        return try await service.accept(body.revocation, request: request).fields
      },
    ]
  }
}
