import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The sockets, the log and the database: what runs there is to be forgotten, and what was revoked.
extension LyingServingPlaneTests {
  @Test("Another log of the same size is a fork")
  func fork() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    try await expectRefused(.conflict, saying: "it shows another log") {
      try await stolen.show(stolen.rewritten().head(stolen.size))
    }
    try await stage.expectNoticed("fork", of: .serving, by: .governance)
    try await stage.settle(.serving)
  }

  @Test("A log with fewer entries is a shrink")
  func shrink() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    try await expectRefused(.conflict, saying: "entries and shows") {
      try await stolen.show(stolen.rewritten().head(1))
    }
    try await stage.expectNoticed("shrink", of: .serving, by: .governance)
    try await stage.settle(.serving)
  }

  @Test("A larger log with another beginning is a changed past, and the forked log is never cosigned")
  func changedPast() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    let lie = stolen.rewritten(adding: 5)
    for size in [lie.size - 1, lie.size] {
      try await expectRefused(.conflict, saying: "do not begin with") {
        try await stolen.show(lie.head(size), lie.consistencyProof(from: stolen.size, to: size))
      }
    }
    try await stage.expectNoticed("changed_past", of: .serving, by: .governance)
    #expect(try await stage.caller("bridge").seen(of: .serving, by: .governance) == stolen.size)
    try await stage.settle(.serving)
  }

  @Test("A deployment that is struck from the database and the log is missed, by governance and by an auditor")
  func struckDeployment() async throws {
    let model = try await planes.deployed("lies/struck")
    let stolen = try await StolenLog(of: .serving, on: planes)
    let database = planes.home.database(of: .serving)
    try RewrittenLog.write(over: database, origin: stolen.origin, signedBy: stolen.key) { entries in
      let index = try #require(entries.lastIndex { $0.text.contains("\"deployment_intended\"") })
      entries.removeSubrange(index...)
    }
    try SQLiteProgram.run("DELETE FROM deployment WHERE model_id = '\(model.id)'", on: database)
    try await planes.start(.serving)
    try await planes.health(of: .governance, says: "the log of serving-plane is in dispute")
    let (code, output) = try await Planectl(planes.home).run("log", "serving-plane", "--verify", "--as", "bridge")
    #expect(code == 5, "\(output)")
    try await stage.settle(.serving)
  }

  @Test("An entry that is rewritten in the database and signed again is noticed once the plane runs on it")
  func rewrittenEntry() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    try RewrittenLog.write(over: planes.home.database(of: .serving), origin: stolen.origin, signedBy: stolen.key) {
      let index = try #require($0.firstIndex { $0.text.contains("\"model_deployment\"") })
      $0[index].bytes = StolenLog.another($0[index].bytes)
    }
    try await planes.start(.serving)
    try await stage.expectNoticed("changed_past", of: .serving, by: .governance)
    try await stage.settle(.serving)
  }

  @Test("An older database, put back to forget a deployment, is noticed by governance")
  func restoredBackup() async throws {
    let backup = try await DatabaseBackup(of: .serving, on: planes)
    _ = try await planes.deployed("lies/forgotten")
    _ = try await StolenLog(of: .serving, on: planes)
    try await backup.restore()
    try await planes.health(of: .governance, says: "the log of serving-plane is in dispute")
    try await planes.health(of: .serving, says: "this plane's log lacks")
    try await stage.settle(.serving)
  }

  @Test("A head of another plane's log, signed by serving, is not cosigned")
  func anothersOrigin() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    for plane in [Role.governance, .training] {
      let name = stolen.origin.description.replacing("serving-plane", with: plane.planeName)
      let head = try #require(Checkpoint(origin: name, size: stolen.size, root: Digest(hashing: [1])))
      try await expectRefused(.policyFailed, saying: "checkpoint") {
        try await stolen.show(VerifiedCheckpoint(signing: head, with: stolen.key))
      }
    }
    try await planes.health(of: .governance, says: "ok")
  }

  @Test("A head of governance's that governance never signed does not put governance in dispute")
  func framedGovernance() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    let name = stolen.origin.description.replacing("serving-plane", with: "governance-plane")
    let head = try #require(Checkpoint(origin: name, size: 1, root: Digest(hashing: [1])))
    let invented = try VerifiedCheckpoint(signing: head, with: stolen.key)
    let cosigned = try invented.cosigned(
      Cosignature(of: invented, by: stolen.origin.description, with: stolen.key, time: 1_795_000_000))
    try await expectRefused(.policyFailed, saying: "cosigned_checkpoint") {
      try await stolen.show(stolen.honest.head(stolen.size), cosigned: cosigned.note)
    }
    try await planes.health(of: .governance, says: "ok")
  }

  @Test("A log that an auditor is shown and governance is not is caught by comparing the two")
  func twoFaces() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    let shown = stolen.rewritten(adding: 2)
    try await planes.impersonating(.serving) {
      try shown.answer($0)
    } while: { _ in
      let (code, output) = try await Planectl(planes.home).run("log", "serving-plane", "--verify", "--as", "bridge")
      #expect(code == 5, "\(output)")
    }
  }

  // MARK: Answers to governance

  @Test("A revocation that it says to have taken, and never heard of, is known to governance and to every verifier")
  func swallowedRevocation() async throws {
    let model = try await planes.deployed("lies/swallowed")
    let papers = try await papers(of: model)
    let empty = RevocationChain(try await stage.revocations(at: .servingRead).keys)
    try await planes.impersonating(.serving) { question in
      switch question.kind {
      case MessageKind.modelRevoke.rawValue: RevocationReceipt(approvals: []).fields
      case MessageKind.leasePublish.rawValue: LeaseReceipt(revocations: empty, approvalCount: 100).fields
      default: nil
      }
    } while: { _ in
      let words = ["--weights-hash", "\(model.weightsHash)", "--reason", "a test", "--as", "bob"]
      let (code, output) = try await Planectl(planes.home).run(["revoke", model.id.text] + words)
      #expect(code != 2, "\(output)")
      let held = try await stage.revocations(at: .governanceRead).filter { $0.value.weightsHash == model.weightsHash }
      #expect(held.count == 1)
    }
    // The papers from before say as of when they speak; the ones of now say no.
    let now = try await revoked(papers, model)
    #expect(now.code == 1 && now.failed == ["gate_revocation"], "\(now)")
    try await planes.servesNoMore(model.id)
  }

  private func revoked(
    _ papers: StolenPapers, _ model: TrainedModel
  ) async throws -> (code: CInt, failed: Set<String>) {
    let page = try RevocationPage(
      await stage.caller("bridge").ask(.revocationList, RevocationList(), on: .governanceRead))
    return try await verify(papers.with(lease: page.lease, revocations: page.items))
  }

  @Test("Revocations that it says to hold, and nobody signed, are nobody's but its own")
  func inventedRevocations() async throws {
    let before = try await stage.revocations(at: .governanceRead)
    let lie = RevocationChain(Array(before.keys) + [Digest(hashing: [7])])
    try await planes.impersonating(.serving) { question in
      guard question.kind == MessageKind.leasePublish.rawValue else { return nil }
      return LeaseReceipt(revocations: lie, approvalCount: 100).fields
    } while: { asked in
      try await pollUntil("two leases were answered") { asked.count(.leasePublish) >= 2 }
    }
    #expect(try await Set(stage.revocations(at: .governanceRead).keys) == Set(before.keys))
  }

  @Test("A cosignature in another plane's name, in the answer to a lease, is kept by nobody")
  func cosignsForAnother() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    let held = RevocationChain(try await stage.revocations(at: .governanceRead).keys)
    let (origin, key, planes) = (stolen.origin.description, stolen.key, planes)
    try await planes.impersonating(.serving) { question in
      guard question.kind == MessageKind.leasePublish.rawValue else { return nil }
      let lease = try Statement<Lease>.parse(LeasePublication(question.body).lease.payload)
      let line = try lease.ledgerCheckpoint.map { note in
        let training = origin.replacing("serving-plane", with: "training-plane")
        let head = try note.checkpoint(of: training, signedBy: planes.home.root.keys(of: .training))
        return try Cosignature(of: head, by: training, with: key, time: 4_102_444_800).line
      }
      return LeaseReceipt(revocations: held, approvalCount: 100, cosignature: line).fields
    } while: { asked in
      try await pollUntil("a lease was answered") { asked.count(.leasePublish) > 0 }
    }
    let notes = try await stage.caller("bridge").head(of: .governance).witnessed
    let names = notes.flatMap { note in note.lines.map(\.name).filter { !note.text.hasPrefix($0) } }
    #expect(!names.isEmpty && !names.contains { $0.hasSuffix("training-plane") })
    try await planes.health(of: .governance, says: "ok")
  }
}
