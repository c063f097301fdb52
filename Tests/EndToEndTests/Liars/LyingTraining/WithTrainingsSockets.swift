import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The sockets: it answers where the training plane should.
extension LyingTrainingPlaneTests {
  @Test("A receipt of other weights than were submitted is caught by who submits, and nobody can propose it")
  func falseReceipt() async throws {
    let lie = try attested(planes.job("steady", version: 9).result, submission: submission(of: stage.steady.result))
    try await planes.impersonating(.training) { question in
      question.kind == MessageKind.trainingComplete.rawValue ? TrainingReceipt(attestation: lie).fields : nil
    } while: { _ in
      let (code, output) = try await submit(planes.job("receipted").result)
      #expect(code == 5, "\(output)")
    }
    try await expectUnknown(lie.payloadDigest)
  }

  @Test("A true receipt of what it never hands on lets nobody approve anything")
  func swallowed() async throws {
    let (result, _, path) = try planes.job("swallowed")
    let (attacker, trainer) = (attacker, try stage.caller("trainer"))
    let steady = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    let signed = try submission(of: result)
    let output = TrainingOutput(copying: steady, result: result, createdAt: .now(), submission: signed)
    let receipt = try UnverifiedEnvelope(attesting: output, by: [attacker.key])
    try await planes.impersonating(.training) { question in
      question.kind == MessageKind.trainingComplete.rawValue ? TrainingReceipt(attestation: receipt).fields : nil
    } while: { _ in
      let taken = try await trainer.submit(result)
      #expect(taken.digest == receipt.payloadDigest)
    }
    let approval = planes.approval(of: result, output: receipt.payloadDigest)
    let alice = try stage.caller("alice")
    try await expectRefused(.notFound) { _ = try await alice.propose(approval) }
    try await expectRefused(.denied) { try await stage.caller("ci").deploy(result.modelID, weights: path) }
  }

  @Test("A log that an auditor is shown and governance is not is caught by comparing the two")
  func twoFaces() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let shown = stolen.rewritten(adding: 2)
    try await planes.impersonating(.training) {
      try shown.answer($0)
    } while: { _ in
      let (code, output) = try await Planectl(planes.home).run("log", "training-plane", "--verify", "--as", "bridge")
      #expect(code == 5, "\(output)")
    }
  }

  /// The real program with one line on its input.
  private func submit(_ result: TrainingResult) async throws -> (code: CInt, output: String) {
    let line = try planes.home.write(result.fields.serialized() + [0x0a], to: "lines/\(UUID().uuidString).json")
    let log = "\(line).log"
    let program = "exec \"$0\" submit --as trainer --timeout 1s --home \"$1\" < \"$2\""
    let shell = try ChildProcess(
      "/bin/sh", ["-c", program, try BuiltPrograms.path("planectl"), planes.home.path, line], log: log)
    return (try await shell.end(), try String(contentsOfFile: log, encoding: .utf8))
  }
}

extension PretendLog {
  /// What a plane with this log answers to a question about it; nil to any other question.
  func answer(_ question: Message, witnessed: [UnverifiedNote] = []) throws -> JSONObject? {
    guard question.kind == MessageKind.ledgerGet.rawValue else { return nil }
    switch try LedgerGet(question.body) {
    case .head: return LedgerHead(checkpoint: try head(size).note, cosigned: nil, witnessed: witnessed).fields
    case .entries(let from, let limit):
      let page = try entries.dropFirst(from).prefix(limit).map { try StrictJSON.parse($0).object ?? [:] }
      return LedgerEntries(entries: page, next: from + page.count, size: size).fields
    case .consistency(let from, let size):
      let proof = try consistencyProof(from: from, to: size ?? self.size)
      return LedgerConsistency(proof: proof, checkpoint: try head(self.size).note).fields
    case .proof(let index, let size):
      let proof = try inclusionProof(of: index, size: size ?? self.size)
      return LedgerProof(
        entry: try StrictJSON.parse(entries[index]).object ?? [:], proof: proof, root: try root(size: proof.size),
        text: nil
      ).fields
    }
  }
}
