import Daemon
import PlaneContract

/// `model.revoke` from an approver, `revocation.publish` for what the serving plane took on its own socket, and `revocation.list`.
struct RevocationHandler: Sendable {
  let service: RevocationService
  let queries: RevocationQueries

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
      .query(.revocationList) { request in
        let body: RevocationList = try request.decoded()
        return .later { try await queries.page(body).fields }
      },
    ]
  }
}
