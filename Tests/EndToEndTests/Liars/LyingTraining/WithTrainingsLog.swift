import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The log and the database: what was written is taken back, or never was.
extension LyingTrainingPlaneTests {
  @Test("Another log of the same size is a fork, and nothing new comes from it, whatever is shown afterwards")
  func fork() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    try await expectRefused(.conflict, saying: "it shows another log") {
      try await stolen.show(stolen.rewritten().head(stolen.size))
    }
    try await stage.expectNoticed("fork", of: .training, by: .governance)
    // Neither the true log nor a new output ends it.
    let grown = stolen.grown(by: 1)
    try await expectRefused(.conflict, saying: "it shows another log") {
      try await stolen.show(grown.head(grown.size), grown.consistencyProof(from: stolen.size, to: grown.size))
    }
    let result = try planes.job("evasion").result
    let output = try attested(result, submission: submission(of: result))
    try await expectRefused(.unavailable, saying: "reset-log training-plane") { try await publish(output) }
    try await expectUnknown(output.payloadDigest)
    try await stage.settle(.training)
  }

  @Test("A log with fewer entries than were seen is a shrink")
  func shrink() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    try await expectRefused(.conflict, saying: "entries and shows") {
      try await stolen.show(stolen.rewritten().head(stolen.size - 1))
    }
    try await stage.expectNoticed("shrink", of: .training, by: .governance)
    try await stage.settle(.training)
  }

  @Test("A larger log that does not begin with what was seen is a changed past, with its own best proof")
  func changedPast() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let lie = stolen.rewritten(adding: 3)
    try await expectRefused(.conflict, saying: "do not begin with") {
      try await stolen.show(lie.head(lie.size), lie.consistencyProof(from: stolen.size, to: lie.size))
    }
    try await stage.expectNoticed("changed_past", of: .training, by: .governance)
    try await stage.settle(.training)
  }

  @Test("An entry that is rewritten in the database and signed again is noticed once the plane runs on it")
  func rewrittenEntry() async throws {
    try await rewrite { entries in
      let index = try #require(entries.firstIndex { $0.text.contains("training_completed") })
      entries[index].bytes = StolenLog.another(entries[index].bytes)
    }
    try await stage.expectNoticed("changed_past", of: .training, by: .governance)
    try await stage.settle(.training)
  }

  @Test("A refusal that is taken out of the log and the rest signed again is noticed")
  func removedEntry() async throws {
    let bob = try stage.caller("bob")
    try await expectRefused(.forbidden) { try await bob.ask(.trainingComplete, [:], on: .submit) }
    try await rewrite { entries in
      let refusal = try #require(entries.lastIndex { $0.text.contains("request_refused") })
      entries.remove(at: refusal)
      for index in entries.indices.dropFirst(refusal) {
        entries[index].bytes = Array(
          entries[index].text.replacing("\"index\":\(index + 1)", with: "\"index\":\(index)").utf8)
      }
    }
    try await planes.health(of: .governance, says: "the log of training-plane is in dispute")
    try await stage.settle(.training)
  }

  private func rewrite(_ change: (inout [RewrittenLog.Entry]) throws -> Void) async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    try RewrittenLog.write(
      over: planes.home.database(of: .training), origin: stolen.origin, signedBy: stolen.key, change)
    try await planes.start(.training)
  }

  @Test("A head of another plane's log, signed by training, is not cosigned")
  func anothersOrigin() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    for plane in [Role.governance, .serving] {
      let name = stolen.origin.description.replacing("training-plane", with: plane.planeName)
      let head = try #require(Checkpoint(origin: name, size: stolen.size, root: Digest(hashing: [1])))
      try await expectRefused(.policyFailed, saying: "checkpoint") {
        try await stolen.show(VerifiedCheckpoint(signing: head, with: stolen.key))
      }
    }
    try await planes.health(of: .governance, says: "ok")
  }

  @Test("A head of a size that no log has is not cosigned, and changes nothing of what is remembered")
  func hugeHead() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let size = Checkpoint.maximumSize
    let head = try #require(Checkpoint(origin: stolen.origin.description, size: size, root: Digest(hashing: [1])))
    for hashes in [[], [Digest(hashing: [2])], Array(repeating: Digest(hashing: [3]), count: 63)] {
      let proof = ConsistencyProof(oldSize: stolen.size, newSize: size, hashes: hashes)
      await #expect(throws: Refusal.self) {
        try await stolen.show(VerifiedCheckpoint(signing: head, with: stolen.key), proof)
      }
    }
    #expect(try await stage.caller("bridge").seen(of: .training, by: .governance) == stolen.size)
    try await stage.settle(.training)
  }

  @Test("A head of governance's that governance never signed does not put governance in dispute")
  func framedGovernance() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let name = stolen.origin.description.replacing("training-plane", with: "governance-plane")
    let head = try #require(Checkpoint(origin: name, size: 1, root: Digest(hashing: [1])))
    let invented = try VerifiedCheckpoint(signing: head, with: stolen.key)
    let cosigned = try invented.cosigned(
      Cosignature(of: invented, by: stolen.origin.description, with: stolen.key, time: 1_767_323_050))
    try await expectRefused(.policyFailed, saying: "cosigned_checkpoint") {
      try await stolen.show(stolen.honest.head(stolen.size), cosigned: cosigned.note)
    }
    try await planes.health(of: .governance, says: "ok")
  }

  @Test("A cosignature in governance's name by training's key stands in nobody's memory and in no lease")
  func forgedCosignature() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let name = stolen.origin.description.replacing("training-plane", with: "governance-plane")
    let head = try stolen.honest.head(stolen.size)
    let forged = try Cosignature(of: head, by: name, with: stolen.key, time: 4_102_444_800)
    try await stolen.show(head.cosigned(forged))
    let anyone = try stage.caller("bridge")
    for witness in [Role.governance, .serving] {
      let notes = try await anyone.head(of: witness).witnessed
      #expect(!notes.contains { $0.lines.contains(forged.line) })
    }
    try await planes.health(of: .governance, says: "ok")
  }
}
