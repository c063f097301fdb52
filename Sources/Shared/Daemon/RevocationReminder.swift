import Attestations
import GRDB
import Ledger
import Logging
import PlaneContract
import Signing
import Storage
import Wire

/// The revocations of a plane: kept for ever, on both sides of a courier.
package protocol RevocationArchive: Sendable {
  func count(in database: Database) throws -> Int
  /// All of them, as they are told: with the revoker's signature and governance's.
  func stored(in database: Database) throws -> [StoredRevocation]
}

/// A row of a revocation, which somebody may have damaged.
package struct StoredRevocation: Sendable {
  let digest: String
  let bytes: [UInt8]

  package init(digest: String, bytes: [UInt8]) {
    self.digest = digest
    self.bytes = bytes
  }
}

extension PlaneContext {
  /// Those that are whole. The others are reported: they keep none of the rest from being told.
  package func readable(_ stored: [StoredRevocation]) -> [UnverifiedEnvelope] {
    stored.compactMap { revocation in
      let envelope = try? UnverifiedEnvelope(
        parsing: revocation.bytes, maximumPayload: AttestationFormat.maximumPayload)
      if envelope?.payloadDigest.description == revocation.digest { return envelope }
      evidence.report("\(database.path): table tombstone: \(revocation.digest) cannot be read", to: logger)
      return nil
    }
  }
}

/// Notices a peer whose database was restored from an older copy: it counts fewer revocations than it has confirmed. It is told all of
/// them again, which it takes as nothing new where it knows them.
///
/// What else a restored plane has lost is denied there, and comes back when people ask again; a lost revocation would allow.
package struct RevocationReminder: Sendable {
  private let archive: any RevocationArchive
  private let counter: String

  /// - Parameter counter: the name of the peer's count of revocations in `plane.status`.
  package init(_ archive: any RevocationArchive, peerCounter counter: String) {
    self.archive = archive
    self.counter = counter
  }

  func remind(_ peer: PlaneStatus, _ context: PlaneContext) async throws {
    guard let count = peer.counters[counter]?.int else { return }
    let isForgetful = try context.database.readNow { database in
      let waiting = try context.outbox.pendingCount(of: MessageKind.revocationPublish.rawValue, in: database)
      return try count < archive.count(in: database) - waiting
    }
    guard isForgetful else { return }
    context.logger.critical(
      "the peer has fewer revocations than it confirmed; it is told all of them again",
      metadata: ["peer": "\(peer.plane)", "held": "\(count)"])
    try await context.commit(mayUseReserve: true) { database in
      for revocation in context.readable(try archive.stored(in: database)) {
        try context.publish(revocation, in: database)
      }
    }
  }
}
