import Daemon
import PlaneContract

/// `model.list` and `model.get`.
struct ModelQueryHandler: Sendable {
  let listing: ModelListing
  let versions: ModelVersionQuery

  var routes: [Route] {
    [
      .query(.modelList) { request in
        let body: ModelList = try request.decoded()
        return .later { try await listing.page(body, root: request.root, now: request.receivedAt).fields }
      },
      .query(.modelGet) { request in
        let body: ModelGet = try request.decoded()
        return .later { try await versions.page(body, root: request.root, now: request.receivedAt).fields }
      },
    ]
  }
}
