import Daemon
import PlaneContract

/// `approval.get` and `approval.list`.
struct ApprovalQueryHandler: Sendable {
  let queries: ApprovalQueries
  let listing: ApprovalListing

  var routes: [Route] {
    [
      .query(.approvalGet) { request in
        let body: ApprovalGet = try request.decoded()
        return .later { try await queries.detail(body, root: request.root, now: request.receivedAt).fields }
      },
      .query(.approvalList) { request in
        let body: ApprovalList = try request.decoded()
        return .later { try await listing.page(body, root: request.root, now: request.receivedAt).fields }
      },
    ]
  }
}
