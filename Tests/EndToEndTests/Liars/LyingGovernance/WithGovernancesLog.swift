import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The sockets, the log and the database: other pasts for other people.
extension LyingGovernancePlaneTests {
  /// Shows both peers this log in the place of its own until they have noticed.
  private func expectNoticed(_ kind: String, _ shown: PretendLog) async throws {
    try await planes.impersonating(.governance) {
      try shown.answer($0)
    } while: { _ in
      try await stage.expectNoticed(kind, of: .governance, by: .training)
      try await planes.health(of: .serving, says: "the log of governance-plane is in dispute")
      try await expectNothingNewIsTaken()
    }
    try await stage.settle(.governance)
  }

  /// Also not what enough people signed: it waits, while a revocation does not.
  private func expectNothingNewIsTaken() async throws {
    let approval = planes.approval(of: stage.steady)
    let keys = [try planes.home.key("alice"), try planes.home.key("bob")]
    let signed = try countersigned(UnverifiedEnvelope(attesting: approval, by: keys))
    try await expectRefused(.unavailable, saying: "reset-log governance-plane") {
      try await publish(signed, stage.steady.receipt.attestation)
    }
    try await stage.revokeSomething()
  }

  @Test("Another log of the same size is a fork for training and for serving, and nothing new is approved from it")
  func fork() async throws {
    try await expectNoticed("fork", StolenLog(of: .governance, on: planes).rewritten())
  }

  @Test("A log with fewer entries is a shrink")
  func shrink() async throws {
    let stolen = try await StolenLog(of: .governance, on: planes)
    let shorter = PretendLog(of: stolen.origin, entries: Array(stolen.entries.dropLast(2)), signedBy: stolen.key)
    try await expectNoticed("shrink", shorter)
  }

  @Test("A larger log with another beginning is a changed past, with its own best proof")
  func changedPast() async throws {
    try await expectNoticed("changed_past", StolenLog(of: .governance, on: planes).rewritten(adding: 4))
  }

  @Test("An approval that is rewritten in the database and signed again is noticed by both peers")
  func rewrittenEntry() async throws {
    let stolen = try await StolenLog(of: .governance, on: planes)
    try RewrittenLog.write(
      over: planes.home.database(of: .governance), origin: stolen.origin, signedBy: stolen.key
    ) { entries in
      let index = try #require(entries.firstIndex { $0.text.contains("\"model_approved\"") })
      entries[index].bytes = StolenLog.another(entries[index].bytes)
    }
    try await planes.start(.governance)
    for peer in [Role.training, .serving] {
      try await stage.expectNoticed("changed_past", of: .governance, by: peer)
    }
    try await stage.settle(.governance)
  }

  @Test("A revocation that is taken out of the database and the log stays at serving, and both peers notice")
  func erasedRevocation() async throws {
    let model = try await planes.deployed("erased")
    let approval = planes.approval(of: model)
    _ = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"))
    try await planes.servesNoMore(model.id)
    let stolen = try await StolenLog(of: .governance, on: planes)
    let database = planes.home.database(of: .governance)
    try RewrittenLog.write(over: database, origin: stolen.origin, signedBy: stolen.key) { entries in
      let index = try #require(entries.lastIndex { $0.text.contains("\"model_approval_revoked\"") })
      entries.removeSubrange(index...)
    }
    let last = "(SELECT digest FROM tombstone ORDER BY sequence DESC LIMIT 1)"
    try SQLiteProgram.run(
      "DELETE FROM dead_approval WHERE tombstone_digest = \(last); DELETE FROM tombstone WHERE digest = \(last)",
      on: database)
    try await planes.start(.governance)
    try await planes.health(of: .training, says: "the log of governance-plane is in dispute")
    try await planes.health(of: .serving, says: "the log of governance-plane is in dispute")
    let ci = try stage.caller("ci")
    try await expectRefused(.denied) { try await ci.deploy(model.id, weights: model.path) }
    try await stage.settle(.governance)
  }

  @Test("An approval that is made whole in the database is what it was for serving")
  func activeInTheDatabase() async throws {
    let model = try await planes.trained("promoted")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let pending = try await evidence(of: approval)
    try await planes.kill(.governance)
    let database = planes.home.database(of: .governance)
    let signature = try #require(countersigned(pending.approval).signatures.last).bytes
    let hex = signature.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let row = "WHERE approval_id = '\(approval.approvalID)'"
    try SQLiteProgram.run("UPDATE approval SET governance_signature = X'\(hex)' \(row)", on: database)
    try await planes.start(.governance)
    try await planes.servingSays("1 of 2", about: approval)
    try await expectNothingRuns(model)
    try await planes.kill(.governance)
    try SQLiteProgram.run("UPDATE approval SET governance_signature = NULL \(row)", on: database)
    try await planes.start(.governance)
  }

  @Test("Two logs at once, one for each peer, come out when somebody compares what they have seen")
  func twoFaces() async throws {
    let stolen = try await StolenLog(of: .governance, on: planes)
    let (ours, theirs) = (stolen.grown(by: 1, "for training"), stolen.grown(by: 1, "for everybody else"))
    try await planes.impersonating(.governance) { question in
      try (question.from.text == "training-plane" ? ours : theirs).answer(question)
    } while: { _ in
      let anyone = try stage.caller("bridge")
      try await pollUntil("both have seen one") {
        let seen = [
          try await anyone.seen(of: .governance, by: .training), try await anyone.seen(of: .governance, by: .serving),
        ]
        return seen == [ours.size, theirs.size]
      }
      let (code, output) = try await Planectl(planes.home).run("log", "governance-plane", "--verify", "--as", "bridge")
      #expect(code == 5, "\(output)")
    }
    try await stage.settle(.governance)
  }

  @Test("A head of training's that training never signed does not put training in dispute")
  func framedTraining() async throws {
    let stolen = try await StolenLog(of: .governance, on: planes)
    let name = stolen.origin.description.replacing("governance-plane", with: "training-plane")
    let head = try #require(Checkpoint(origin: name, size: 1, root: Digest(hashing: [1])))
    let invented = try VerifiedCheckpoint(signing: head, with: stolen.key)
    let cosigned = try invented.cosigned(
      Cosignature(of: invented, by: stolen.origin.description, with: stolen.key, time: 1_795_000_000))
    let shown = stolen.honest
    try await planes.impersonating(.governance) {
      try shown.answer($0, witnessed: [cosigned.note])
    } while: { asked in
      try await pollUntil("training has looked") { asked.count(.ledgerGet, from: "training-plane") > 0 }
    }
    for plane in PlanesHome.planes { try await planes.health(of: plane, says: "ok") }
  }
}
