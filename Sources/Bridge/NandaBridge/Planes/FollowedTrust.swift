import Attestations
import Daemon
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
  private let state: Mutex<State>

  /// - Throws: `TrustRootError` or `StorageError` where there is no root to begin with, or the folder contradicts the record.
  init(folder: String, pinned: Digest, database: PlaneDatabase, now: Timestamp) async throws {
    self.folder = TrustRootFolder(path: folder)
    self.pinned = pinned
    self.database = database
    let walk = try await Self.walk(self.folder, pinned, database)
    try await Self.record(walk.news, in: database, now: now)
    state = Mutex(State(root: walk.chain.latest, fault: nil))
  }

  var root: VerifiedTrustRoot { state.withLock(\.root) }
  /// What is wrong with the folder; nil when nothing is.
  var fault: String? { state.withLock(\.fault) }

  /// Takes the versions that have come since. True when there is a new root in force.
  func follow(now: Timestamp) async -> Bool {
    do {
      let walk = try await Self.walk(folder, pinned, database)
      try await Self.record(walk.news, in: database, now: now)
      return state.withLock { state in
        defer { state = State(root: walk.chain.latest, fault: nil) }
        return walk.chain.latest.version > state.root.version
      }
    } catch {
      state.withLock { $0.fault = "\(error)" }
      return false
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

  private static func record(_ roots: [VerifiedTrustRoot], in database: PlaneDatabase, now: Timestamp) async throws {
    guard !roots.isEmpty else { return }
    try await database.commit { database in
      for root in roots { try TrustRootStore().insert(root, acceptedAt: now, in: database) }
    }
  }
}
