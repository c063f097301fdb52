import Attestations
import Daemon
import PlaneContract
import Storage
import Wire

/// Answers `revocation.list`. With the last page comes a new lease, which says that these are all.
struct RevocationQueries: Sendable {
  let context: PlaneContext
  private let tombstones = TombstoneStore()

  init(context: PlaneContext) { self.context = context }

  func page(_ query: RevocationList) async throws -> RevocationPage {
    let (issuer, now) = (LeaseIssuer(context: context), context.clock.now())
    return try await context.database.read { [self] database in
      let found = try tombstones.page(after: query.after, limit: query.limit + 1, in: database)
      return try RevocationPage(fitting: found, limit: query.limit) {
        try issuer.issue(over: RevocationChain(tombstones.digests(in: database)), asOf: now)
      }
    }
  }
}
