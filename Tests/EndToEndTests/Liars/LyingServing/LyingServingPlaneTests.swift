import Attestations
import Bundles
import Drift
import Foundation
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The serving plane in the attacker's hands: its key, its sockets, its database. What it runs on its own host nobody can prevent. It
/// cannot make the others say that it was approved, nor hide from them what was revoked, nor take back what they have seen of its log,
/// and no verifier accepts the papers of what people did not sign for. One test is one lie; what is asked after each of them is in
/// `KeptPromises`.
@Suite("The serving plane lies", .serialized, .runningPlanes, .keptPromises(whileLying: .serving))
struct LyingServingPlaneTests {
  let stage: Stage
  let attacker: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    attacker = try stage.caller("serving-plane")
  }

  // MARK: Controls: the same machinery, telling the truth

  @Test("What a monitor signed is judged when the same hand passes it on")
  func honestObservation() async throws {
    let watched = try await planes.watched("lies/honest")
    let window = watched.window(-2, from: .now())
    try await publish(observation(window, of: watched, message: try message(window)))
    #expect(try await planes.checks(1, of: watched.id).count == 1)
  }

  @Test("What an approver signed is revoked when the same hand passes it on")
  func honestRevocation() async throws {
    let approval = planes.approval(of: try await planes.trained("lies/condemned"))
    try await planes.approved(approval)
    let key = try planes.home.key("bob")
    try await publish(try UnverifiedEnvelope(attesting: planes.revocation(of: approval, by: "bob"), by: [key]))
    try await planes.governanceRevokes(approval)
  }

  @Test("A log that is shown as it is and goes on is cosigned, and so is one that was written anew without a change")
  func honestLog() async throws {
    let stolen = try await StolenLog(of: .serving, on: planes)
    #expect(try await stolen.show(stolen.honest.head(stolen.size)).cosignature != nil)
    try RewrittenLog.write(over: planes.home.database(of: .serving), origin: stolen.origin, signedBy: stolen.key) {
      #expect($0.count >= stolen.size)
    }
    try await planes.start(.serving)
    try await planes.witnessed(.serving, by: .governance)
    try await planes.health(of: .governance, says: "ok")
  }

  @Test("The papers of what people signed for are accepted, taken apart and put together by the same hand")
  func honestPapers() async throws {
    let papers = try await papers(of: stage.steady)
    #expect(try await verify(papers.bundle).code == 0)
  }

  @Test("Who judges after each lie sees a model that runs unapproved, and an approval that too few people signed")
  func judge() async throws {
    #expect(try await stage.unapprovedModels() == [])
    #expect(try await stage.unsignedApprovals() == [])
    let place = "\(planes.home.path)/serving-plane/deployments/staging/smuggled"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(place)/current", withDestinationPath: "/")
    #expect(try await stage.unapprovedModels() == ["staging/smuggled is listed or served alone"])
    try FileManager.default.removeItem(atPath: place)
    let approval = planes.approval(of: stage.steady)
    let alone = try UnverifiedEnvelope(attesting: approval, by: [planes.home.key("alice"), attacker.key])
    #expect(try await stage.objections(to: alone, in: approval.environments) == ["steady is signed by [\"alice\"]"])
  }

  // MARK: What they send

  func message(_ window: Observation, signedBy signer: String = "metrics") throws -> UnverifiedEnvelope {
    let monitor = try stage.caller("metrics")
    let sender = PlaneCaller(name: monitor.name, key: try planes.home.key(signer), home: planes.home)
    return try sender.request(.modelObserve, ModelObserve(observation: window).fields, to: .deploy).envelope
  }

  func observation(
    _ claimed: Observation, of watched: WatchedModel, approvedBy approval: ModelApproval? = nil,
    receivedAt: Timestamp = .now(), message: UnverifiedEnvelope
  ) throws -> UnverifiedEnvelope {
    let approval = approval ?? watched.approval
    let predicate = ServingObservation(
      of: claimed, weightsHash: watched.model.weightsHash, approvalID: approval.approvalID,
      approvalDigest: Digest(hashing: Statement.payload(of: approval)), observedBy: PrincipalID(checked: "metrics"),
      receivedAt: receivedAt, message: message)
    return try UnverifiedEnvelope(attesting: predicate, by: [attacker.key])
  }

  /// An observation or a revocation, as the plane itself would pass it on.
  func publish(_ attestation: UnverifiedEnvelope) async throws {
    let isRevocation = (try? Statement<ModelRevocation>.parse(attestation.payload)) != nil
    if isRevocation {
      let body = RevocationPublication(revocation: attestation)
      try await attacker.ask(.revocationPublish, body, on: .observe)
    } else {
      try await attacker.ask(.observationPublish, TrainingPublication(attestation: attestation), on: .observe)
    }
  }

  // MARK: What verifiers say

  /// The papers of a model as the planes give them out, once the planes have cosigned what they prove.
  func papers(of model: TrainedModel) async throws -> StolenPapers {
    let item = try #require(
      await stage.caller("alice").approvals(ApprovalList(modelID: model.id)).first { $0.status == .active })
    let file = "\(planes.home.folder)/papers-\(UUID().uuidString).json"
    try await pollUntil("the papers of \(model.id) are complete") {
      let words = ["bundle", "export", try #require(item.approvalID).text, "-o", file, "--as", "alice"]
      return try await Planectl(planes.home).run(words).code == 0
    }
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    return StolenPapers(bundle: try UnverifiedBundle(parsing: bytes), key: attacker.key)
  }

  /// What `planectl bundle verify` says of a bundle: its exit code and the checks that failed.
  func verify(_ bundle: UnverifiedBundle) async throws -> (code: CInt, failed: Set<String>) {
    let file = try planes.home.write(bundle.serialized, to: "papers/\(UUID().uuidString).json")
    let pin = planes.home.root.originDigest.description
    let (code, output) = try await Planectl(planes.home).run(
      ["bundle", "verify", file, "--root-digest", pin, "--json"], atHome: false)
    let line = try #require(output.split(separator: "\n").first)
    let checks = try StrictJSON.parse(Array(line.utf8)).object?["checks"]?.array ?? []
    let failed = checks.filter { $0.object?["passed"] == .bool(false) }.compactMap { $0.object?["name"]?.string }
    return (code, Set(failed))
  }
}
