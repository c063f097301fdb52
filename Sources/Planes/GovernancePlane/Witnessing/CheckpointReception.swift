import Attestations
import Daemon
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// `checkpoint.publish`: the training or the serving plane shows the head of its log. It is cosigned when it follows from the one
/// before; what the sender has seen of this plane's log is compared with the log.
struct CheckpointReception: Sendable {
  let context: PlaneContext

  var route: Route { .change(.checkpointPublish) { request in try await receive(request).fields } }

  private func receive(_ request: AdmittedRequest) async throws -> CheckpointReceipt {
    guard let sender = request.sender.roles.first(where: Role.planes.contains) else {
      throw Refusal(.forbidden, "\(request.sender.id) is no plane")
    }
    do {
      let receipt = try await receipt(for: request, from: sender)
      context.witnessing.compared(sender)
      return receipt
    } catch {
      context.witnessing.failed(sender, because: "\(error)", at: request.receivedAt)
      throw error
    }
  }

  private func receipt(for request: AdmittedRequest, from sender: Role) async throws -> CheckpointReceipt {
    let body: CheckpointPublication = try request.decoded()
    let log = context.log(of: sender, under: request.root)
    let shown = try verified { try log.shown(body.checkpoint) }
    // First what it says of this plane's log, which is true whatever becomes of its own.
    if let cosigned = body.cosigned { try await compare(cosigned, seenBy: sender) }
    let outcome: Witness.Outcome = try await context.commit(for: request) { database in
      do { return try context.see(shown, body.consistency, of: log, in: database) } catch let error as ProofError {
        throw Refusal(.invalidRequest, "body.consistency: \(error)")
      }
    }
    switch outcome {
    case .cosigned(let cosignature):
      return CheckpointReceipt(cosignature: cosignature.line, size: shown.checkpoint.size)
    case .notFrom(let heldSize): return CheckpointReceipt(cosignature: nil, size: heldSize)
    case .disputed(let dispute, let isNews):
      if isNews { context.report(dispute, of: sender) }
      throw Refusal(.conflict, "the log of \(sender.planeName) is in dispute: \(dispute.sentence)")
    }
  }

  private func compare(_ note: UnverifiedNote, seenBy peer: Role) async throws {
    do { try await OwnLog(context: context).compare(note, seenBy: peer) } catch let error as NoteError {
      throw Refusal(.policyFailed, "cosigned_checkpoint: \(error)")
    }
  }

  private func verified(_ body: () throws -> VerifiedCheckpoint) throws -> VerifiedCheckpoint {
    do { return try body() } catch let error as NoteError { throw Refusal(.policyFailed, "checkpoint: \(error)") }
  }
}
