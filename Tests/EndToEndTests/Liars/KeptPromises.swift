import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Before every lie of a suite all planes run; after it the honest ones are asked what they hold, and what they hold is judged with
/// nothing but the keys of the people: no unapproved model runs, nothing is active that they did not sign, and what they revoked is
/// revoked at both planes.
struct KeptPromises: SuiteTrait, TestTrait, TestScoping {
  let liar: Role

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let stage = try Stage()
    try await stage.planes.startAll()
    try await function()
    try await stage.planes.startAll()
    if liar != .serving { #expect(try await stage.unapprovedModels() == []) }
    if liar != .governance { #expect(try await stage.unsignedApprovals() == []) }
    try await pollUntil("both planes hold the same revocations\n\(stage.planes.logs)") {
      let held = try await stage.revocations(at: .servingRead)
      return try await Set(held.keys) == Set(stage.revocations(at: .governanceRead).keys)
    }
  }
}

extension Trait where Self == KeptPromises {
  static func keptPromises(whileLying liar: Role) -> Self { Self(liar: liar) }
}

extension Stage {
  /// What serving says runs, or serves from its folders, and people did not sign for; each with the reason.
  func unapprovedModels() async throws -> [String] {
    let anyone = try caller("bridge")
    let running = try await anyone.deployments().filter { $0.state == .deployed }
    let listed = Set(running.map { "\($0.environment)/\($0.modelID)" })
    var found = listed.symmetricDifference(try planes.home.servedPlaces()).map { "\($0) is listed or served alone" }
    if !running.contains(where: { $0.modelID == steady.id }) { found.append("\(steady.id) runs no more") }
    for deployment in running { found += try await objections(to: deployment) }
    return found
  }

  private func objections(to deployment: DeploymentSummary) async throws -> [String] {
    let found = try FoundAttestation(
      await caller("bridge").ask(
        .attestationGet, AttestationGet(digest: deployment.approvalDigest), on: .servingRead))
    let approval = try Statement<ModelApproval>.parse(found.attestation.payload)
    let files = try planes.home.served(deployment.modelID.text, in: deployment.environment.text)
    let isThis =
      approval.modelID == deployment.modelID && approval.weightsHash == deployment.weightsHash
      && files?.values.map { Digest(hashing: $0) } == [approval.weightsHash]
      && approval.environments.contains(deployment.environment)
    return try await objections(to: found.attestation, in: [deployment.environment])
      + (isThis ? [] : ["\(deployment.modelID) is not what was approved"])
  }

  /// What governance calls active and people did not sign; each with the reason.
  func unsignedApprovals() async throws -> [String] {
    let alice = try caller("alice")
    var found: [String] = []
    for item in try await alice.approvals(ApprovalList(status: .active, limit: 100)) {
      let detail = try await alice.approval(try #require(item.approvalID))
      found += try await objections(to: try #require(detail.approval), in: item.environments)
    }
    return found
  }

  /// Why an approval is none now: too few people's signatures, another time, or somebody's revocation.
  func objections(to envelope: UnverifiedEnvelope, in environments: [EnvironmentName]) async throws -> [String] {
    let approval = try Statement<ModelApproval>.parse(envelope.payload)
    let signers = try ["alice", "bob"].filter { name in
      let key = try planes.home.key(name).publicKey
      return (try? envelope.attested(ModelApproval.self, by: [key])) != nil
    }
    let policy = planes.home.root.policy.environments
    let required = environments.map { policy[$0]?.requiredApprovers ?? .max } + [approval.requiredApprovers]
    var found: [String] = []
    if signers.count < required.max() ?? .max { found.append("\(approval.modelID) is signed by \(signers)") }
    if approval.approvedAt > .now() || .now() >= approval.expiresAt {
      found.append("\(approval.modelID) is not for now")
    }
    let revoked = try await revocations(at: .servingRead).values.contains { revocation in
      revocation.approvalID == approval.approvalID
        || revocation.weightsHash == approval.weightsHash && revocation.revokedAt >= approval.approvedAt
    }
    return revoked ? found + ["\(approval.modelID) is revoked"] : found
  }

  /// All that a plane holds, by digest.
  func revocations(at socket: SocketName) async throws -> [Digest: ModelRevocation] {
    let page = try RevocationPage(await caller("bridge").ask(.revocationList, RevocationList(), on: socket))
    let items = try page.items.map { ($0.payloadDigest, try Statement<ModelRevocation>.parse($0.payload)) }
    return Dictionary(items) { first, _ in first }
  }
}

extension PlanesHome {
  /// `ENVIRONMENT/MODEL` for each `current` below the serving plane's deployments.
  func servedPlaces() throws -> Set<String> {
    let folder = "\(path)/serving-plane/deployments"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return Set(paths.filter { $0.hasSuffix("/current") }.map { String($0.dropLast("/current".count)) })
  }
}
