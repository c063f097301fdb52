import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Storage
import Transport
import Wire

/// One round of watching each other, begun by the plane that opens connections: it hears how the peer sees its log, checks that the
/// peer's log only grew, cosigns it, and shows its own.
struct WitnessRound: Sendable {
  /// What the peer has been told over one connection: a peer that starts again is told again.
  struct Told: Equatable {
    let cosigned: Checkpoint?
    let disputes: [LogDispute]
  }

  private static let peerRole = Role.governance

  let context: PlaneContext
  let peer: Principal
  let connection: FrameConnection
  private let memory = WitnessMemory()

  init(context: PlaneContext, peer: Principal, over connection: FrameConnection) {
    self.context = context
    self.peer = peer
    self.connection = connection
  }

  private var peerLog: PeerLog { context.log(of: Self.peerRole) }
  private var ownLog: PeerLog { context.log(of: context.role) }

  /// - Returns: whether anything had changed on either side.
  func run(_ told: inout Told?) async throws -> Bool {
    let head = try LedgerHead(await ask(.ledgerGet, LedgerGet.head))
    let seen = head.witnessed.first { Checkpoint(text: $0.text)?.origin == ownLog.origin.description }
    if let seen { try await OwnLog(context: context).compare(seen, seenBy: Self.peerRole) }
    let isNews = try await witness(head.checkpoint)
    return try await show(as: seen.flatMap { try? ownLog.remembered($0) }, &told) || isNews
  }

  private func ask(_ kind: MessageKind, _ body: some Body) async throws -> JSONObject {
    try await Dispatch(context: context, peer: peer).ask(kind, body.fields, over: connection)
  }
}

// The peer's log.
extension WitnessRound {
  /// - Returns: false when the head is the one that this plane has cosigned already, or a dispute is not settled.
  private func witness(_ note: UnverifiedNote) async throws -> Bool {
    let shown = try peerLog.shown(note)
    let (size, nothingToDo) = try context.database.readNow { database in
      (try memory.head(of: peerLog, in: database)?.checkpoint.size ?? 0, try isSettled(shown, in: database))
    }
    guard !nothingToDo else { return false }
    let proof = try await proof(from: size, to: shown.checkpoint.size)
    let outcome = try await context.commit { try context.see(shown, proof, of: peerLog, in: $0) }
    if case .disputed(let dispute, isNews: true) = outcome { context.report(dispute, of: Self.peerRole) }
    return true
  }

  /// Whether both planes have signed for it with keys that they have now, or nothing of this log is signed for.
  private func isSettled(_ shown: VerifiedCheckpoint, in database: Database) throws -> Bool {
    guard try memory.dispute(of: peerLog.origin, in: database) == nil else { return true }
    guard let held = try memory.note(of: peerLog, in: database), held.checkpoint == shown.checkpoint else {
      return false
    }
    return (try? peerLog.shown(held.note)) != nil && ownLog.cosignature(under: held) != nil
  }

  /// Nothing needs proving from nothing, and nothing can be proved to a size that is no larger.
  private func proof(from held: Int, to size: Int) async throws -> ConsistencyProof {
    guard held > 0, held < size else { return ConsistencyProof(oldSize: held, newSize: size, hashes: []) }
    let answer = try LedgerConsistency(await ask(.ledgerGet, LedgerGet.consistency(from: held, size: size)))
    // Whatever sizes it names: the hashes prove the growth that was asked about, or are no proof of it.
    return ConsistencyProof(oldSize: held, newSize: size, hashes: answer.proof.hashes)
  }
}

// This plane's own.
extension WitnessRound {
  /// What goes to the peer: the head of this log, and what this plane has seen of the peer's.
  private struct Shown: Sendable {
    let latest: VerifiedCheckpoint
    let cosigned: VerifiedCheckpoint?
    let disputes: [LogDispute]
    /// From where the root keys want this log believed.
    let reset: Int?
  }

  private func shown(in database: Database) throws -> Shown? {
    guard let latest = try context.ledger.checkpoint(in: database) else { return nil }
    return Shown(
      latest: latest, cosigned: try memory.note(of: peerLog, in: database),
      disputes: try [ownLog, peerLog].compactMap { try memory.dispute(of: $0.origin, in: database) },
      reset: try LogResets().latest(of: ownLog.origin, in: database)?.reset.checkpoint.size)
  }

  /// - Parameter seen: what the peer remembers of this log.
  /// - Returns: false when the peer knows it all.
  private func show(as seen: VerifiedCheckpoint?, _ told: inout Told?) async throws -> Bool {
    guard let shown = try context.database.readNow({ try shown(in: $0) }) else { return false }
    let telling = Told(cosigned: shown.cosigned?.checkpoint, disputes: shown.disputes)
    let isOwnDisputed = shown.disputes.contains { $0.origin == ownLog.origin }
    let isBehind = seen?.checkpoint != shown.latest.checkpoint && !isOwnDisputed
    guard isBehind || telling != told else { return false }
    // Also when it is refused: in a dispute the peer needs to hear of it once, not again and again.
    told = telling
    try await publish(shown, from: seen?.checkpoint.size ?? shown.reset ?? 0)
    return true
  }

  /// Twice at most: where the peer remembers another size than it was thought to, it says which.
  private func publish(_ shown: Shown, from size: Int) async throws {
    let first = try await publish(shown, provingFrom: size)
    guard first.cosignature == nil, first.size != size else { return try await keep(first, of: shown) }
    try await keep(try await publish(shown, provingFrom: first.size), of: shown)
  }

  private func publish(_ shown: Shown, provingFrom size: Int) async throws -> CheckpointReceipt {
    let latest = shown.latest.checkpoint.size
    let proof = try await context.database.read { database in
      // What cannot be proved is shown all the same: the peer says what it makes of it.
      size < latest
        ? try context.ledger.consistencyProof(from: size, to: latest, in: database)
        : ConsistencyProof(oldSize: size, newSize: latest, hashes: [])
    }
    let body = CheckpointPublication(
      checkpoint: shown.latest.note, consistency: proof, cosigned: shown.cosigned?.note)
    return try CheckpointReceipt(await ask(.checkpointPublish, body))
  }

  private func keep(_ receipt: CheckpointReceipt, of shown: Shown) async throws {
    guard let line = receipt.cosignature,
      let cosignature = peerLog.cosignature(line, over: shown.latest.checkpoint)
    else { throw Refusal(.malformed, "\(peer.id) did not cosign the head of this plane's log") }
    try await context.commit { try OwnLog(context: context).keep(shown.latest, cosignature, in: $0) }
  }
}
