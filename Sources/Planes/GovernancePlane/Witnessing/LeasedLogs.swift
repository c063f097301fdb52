import Attestations
import Daemon
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// What leases and their answers say of logs: a lease carries the head of training's to serving, and the answer carries that of
/// serving's back, which must not be less than what serving showed before.
struct LeasedLogs: Sendable {
  /// As it was before a lease was sent: an answer that was made after that cannot know less.
  struct Standing: Sendable {
    /// Training's head with this plane's cosignature of now.
    let training: VerifiedCheckpoint?
    fileprivate let serving: Checkpoint?
  }

  let context: PlaneContext
  private let memory = WitnessMemory()

  init(context: PlaneContext) { self.context = context }

  /// A head that is damaged is left out and reported: a lease says above all which revocations there are, and must not wait for a log.
  func standing() throws -> Standing {
    try context.database.readNow { database in
      Standing(
        training: try context.undamaged {
          try context.witness.cosignedAgain(context.log(of: .training), at: context.clock.now(), in: database)
        },
        serving: try context.undamaged { try memory.head(of: context.log(of: .serving), in: database)?.checkpoint })
    }
  }

  /// Compares what serving answered with what it showed before, and keeps its cosignature under training's head.
  func compare(_ receipt: LeaseReceipt, with standing: Standing) async throws {
    if let note = receipt.checkpoint { try await compare(note, with: standing.serving) }
    if let line = receipt.cosignature, let training = standing.training { try await keep(line, under: training) }
  }

  private func compare(_ note: UnverifiedNote, with held: Checkpoint?) async throws {
    let log = context.log(of: .serving)
    let shown = try log.shown(note)
    // A larger one is taken with its proof, when serving publishes it.
    guard let held, shown.checkpoint.size <= held.size, shown.checkpoint != held else { return }
    let proof = ConsistencyProof(oldSize: held.size, newSize: shown.checkpoint.size, hashes: [])
    let outcome = try await context.commit { try context.see(shown, proof, of: log, in: $0) }
    if case .disputed(let dispute, isNews: true) = outcome { context.report(dispute, of: .serving) }
  }

  private func keep(_ line: UnverifiedNote.Line, under training: VerifiedCheckpoint) async throws {
    let (log, serving) = (context.log(of: .training), context.log(of: .serving))
    guard let cosignature = serving.cosignature(line, over: training.checkpoint) else {
      throw Refusal(.malformed, "the cosignature in the answer to a lease is not the serving plane's")
    }
    let kept = try context.database.readNow { try memory.note(of: log, in: $0) }
    guard let kept, kept.checkpoint == training.checkpoint, serving.cosignature(under: kept) == nil else { return }
    try await context.commit { try memory.add(cosignature, to: training.checkpoint, of: log, in: $0) }
  }
}
