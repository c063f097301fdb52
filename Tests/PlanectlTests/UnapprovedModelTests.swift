import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// `planectl nanda` of a model that has no approval.
@Suite struct UnapprovedModelTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func failure(listed: [ApprovalSummary]) async throws -> Failure {
    let governance = try FakeGovernance(in: test, listed: listed, details: [], socket: .governanceRead)
    defer { withExtendedLifetime(governance) {} }
    let words = ["nanda", "iris", "--home", test.home.path, "--as", "bridge"]
    let command = try #require(try Planectl.parseAsRoot(words) as? Nanda)
    return try await #require(throws: Failure.self) { try await command.perform() }
  }

  @Test func aTrainedOneIsToBeProposed() async throws {
    let submitted = ApprovalSummary(
      approvalID: nil, status: .submitted, modelID: ModelID(checked: "iris"), weightsHash: Digest(hashing: [1]),
      trainingOutputDigest: Digest(hashing: [2]), submittedBy: PrincipalID(checked: "trainer"), createdAt: .now(),
      environments: [])
    let failure = try await failure(listed: [submitted])
    #expect(failure.status == .refused && failure.message == "iris was never proposed for approval")
    #expect(failure.hint == "planectl propose iris -e ENV")
  }

  @Test func oneThatNobodyKnowsIsNotToBeProposed() async throws {
    let failure = try await failure(listed: [])
    #expect(failure.status == .refused && failure.message == "governance-plane knows no model iris")
    #expect(failure.hint?.contains("planectl models") == true)
  }
}
