import Attestations
import Daemon
import Logging
import Signing
import Storage
import Synchronization
import Wire

/// The trust root that the bridge goes by: as a plane's, from the pinned version 1 through every version that its folder has had. What
/// was accepted is kept in the bridge's database, and it never goes back.
final class FollowedTrust: Sendable {
  private struct State {
    var root: VerifiedTrustRoot
    var fault: String?
  }

  private let folder: TrustRootFolder
  private let pinned: Digest
  private let database: PlaneDatabase
  private let logger: Logger
  private let state: Mutex<State>

  /// - Throws: `TrustRootError` or `StorageError` where there is no root to begin with, or the folder contradicts the record.
  init(folder: String, pinned: Digest, database: PlaneDatabase, now: Timestamp, logger: Logger) async throws {
    self.logger = logger
    self.folder = TrustRootFolder(path: folder)
    self.pinned = pinned
    self.database = database
    let walk = try await Self.walk(self.folder, pinned, database)
    try await Self.record(walk.news, in: database, now: now, logger)
    state = Mutex(State(root: walk.chain.latest, fault: nil))
    note(try walk.missing())
  }

  var root: VerifiedTrustRoot { state.withLock(\.root) }
  /// What is wrong with the folder; nil when nothing is.
  var fault: String? { state.withLock(\.fault) }

  /// Takes the versions that have come since. True when there is a new root in force.
  func follow(now: Timestamp) async -> Bool {
    do {
      let walk = try await Self.walk(folder, pinned, database)
      try await Self.record(walk.news, in: database, now: now, logger)
      note(try walk.missing())
      return state.withLock { state in
        defer { state.root = walk.chain.latest }
        return walk.chain.latest.version > state.root.version
      }
    } catch {
      note("\(error)")
      return false
    }
  }

  /// Says once what is wrong with the folder, and once that nothing is any more.
  private func note(_ fault: String?) {
    let before = state.withLock { state in
      defer { state.fault = fault }
      return state.fault
    }
    guard fault != before else { return }
    if let fault {
      logger.warning("newer trust roots would not be seen", metadata: ["problem": "\(fault)"])
    } else {
      logger.notice("the trust root's folder is in order again", metadata: ["version": "\(root.version)"])
    }
  }

  /// Every version that was accepted, oldest first.
  func envelopes() async throws -> [UnverifiedEnvelope] {
    try await database.read { try TrustRootStore().envelopes(in: $0) }
  }

  private static func walk(
    _ folder: TrustRootFolder, _ pinned: Digest, _ database: PlaneDatabase
  ) async throws -> TrustRootWalk {
    let accepted = try await database.read { try TrustRootStore().envelopes(in: $0) }
    var walk = try TrustRootWalk(folder: folder, pinned: pinned, accepted: accepted)
    try walk.checkRecord()
    try walk.goOn()
    return walk
  }

  private static func record(
    _ roots: [VerifiedTrustRoot], in database: PlaneDatabase, now: Timestamp, _ logger: Logger
  ) async throws {
    guard let newest = roots.last else { return }
    try await database.commit { database in
      for root in roots { try TrustRootStore().insert(root, acceptedAt: now, in: database) }
    }
    logger.notice("trust root accepted", metadata: ["version": "\(newest.version)", "digest": "\(newest.digest)"])
  }
}
