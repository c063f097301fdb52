import Attestations
import Daemon
import Foundation
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Transport
import Wire

/// One plane of a house without its process and sockets: requests go through admission, replay guard, handler and signed reply
/// just as they do behind a socket. Its database is real, in a directory of its own, and its clock stands still.
package struct TestPlane: Sendable {
  package let house: TestHouse
  package let directory: TemporaryDirectory
  package let clock: SteppedClock
  package let context: PlaneContext
  /// Errors and worse.
  package let log = RecordedLog()
  private let router: RequestRouter

  /// - Parameters:
  ///   - directory: of an earlier plane that was closed, to start again on its database.
  ///   - routes: the plane's own, made from its context.
  package init<P: Plane>(
    _ type: P.Type, in house: TestHouse, directory: TemporaryDirectory? = nil, clock: SteppedClock? = nil,
    routes: (PlaneContext) async throws -> [Route]
  ) async throws {
    self.house = house
    let home = if let directory { directory } else { try TemporaryDirectory() }
    self.directory = home
    self.clock = clock ?? SteppedClock(TestHouse.epoch)
    let database = try PlaneDatabase.open(
      path: "\(home.path)/state.sqlite", applicationID: P.applicationID, migrations: P.migrations)
    context = try PlaneContext(
      principal: house.principal(P.role.planeName), root: house.root, signer: house.key(P.role.planeName),
      clock: self.clock, database: database, logger: log.logger)
    router = RequestRouter(context: context, routes: try await routes(context))
  }

  /// A reload brings the root of `house`, the next version of the plane's own.
  package func accept(_ house: TestHouse) async throws { try await context.accept([house.root]) }

  /// Sends a fresh message of `sender` and returns the body of the plane's verified `.result`; throws its `Refusal`.
  @discardableResult
  package func send(
    _ kind: MessageKind, _ body: some Body, as sender: String, on socket: SocketName, signedBy signer: SecretKey? = nil
  ) async throws -> JSONObject {
    let request = try OutgoingRequest(
      kind, body: body.fields, from: house.principal(sender).id, to: context.principal.id,
      signer: signer ?? house.key(sender), now: clock.now())
    return try request.result(of: await exchange(request.frame, on: socket), from: context.principal)
  }

  /// The user whose process every frame seems to come from.
  package static let callersUID: UInt32 = 4242

  /// Hands a frame to one of the plane's sockets and returns the frame that answers it.
  package func exchange(_ frame: [UInt8], on socket: SocketName) async throws -> [UInt8] {
    let handling = router.handler(of: socket).handle(frame, from: PeerCredentials(pid: 1, uid: Self.callersUID, gid: 0))
    let answer =
      switch handling {
      case .now(let answer): answer
      case .later(let work): await work()
      }
    switch answer {
    case .reply(let bytes), .replyAndClose(let bytes): return bytes
    case .close(let reason): throw ConnectionClosed(reason: reason)
    }
  }

  /// The data of all evidence entries of one event, oldest first.
  package func evidence(_ event: EvidenceEvent) async throws -> [JSONObject] {
    let stored = try await context.database.read { try context.ledger.entries(from: 0, limit: 1000, in: $0) }
    return try stored.compactMap { try StrictJSON.parse($0.bytes).object }
      .filter { $0["event"]?.string == event.rawValue }.compactMap { $0["data"]?.object }
  }

  /// The bodies of the messages of one kind that wait for delivery, oldest first.
  package func waiting(_ kind: MessageKind) async throws -> [JSONObject] {
    let rows = try await context.database.read { try context.outbox.due(nowMicroseconds: .max, limit: 1000, in: $0) }
    return try rows.filter { $0.kind == kind.rawValue }.compactMap { try StrictJSON.parse($0.body).object }
  }

  /// Changes rows behind the plane's back.
  package func tamper(_ sql: String, _ arguments: StatementArguments = []) async throws {
    try await context.database.commit { try $0.execute(sql: sql, arguments: arguments) }
  }
}

/// The plane hung up without an answer.
package struct ConnectionClosed: Error {
  package let reason: String
}

/// The refusal that `body` ends in; nil when it succeeds.
package func refusal(of body: () async throws -> Void) async throws -> Refusal? {
  do {
    try await body()
    return nil
  } catch let refusal as Refusal {
    return refusal
  }
}

extension [UInt8] {
  /// As SQLite takes it.
  package var data: Data { Data(self) }
}
