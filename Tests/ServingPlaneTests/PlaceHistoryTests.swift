import Attestations
import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What the log makes of a promotion, whatever the table of deployments says.
@Suite struct PlaceHistoryTests {
  private let first = Digest(hashing: [1])
  private let second = Digest(hashing: [2])
  private let plane: TestPlane

  init() async throws { plane = try await ServingHouse().plane }

  private func record(
    _ event: EvidenceEvent, _ attestation: Digest?, in environment: String = "staging", more: JSONObject = [:]
  ) async throws {
    try await plane.context.commit { [context = plane.context] database in
      var data: JSONObject = ["model_id": "iris", "environment": .string(environment)]
      for member in more.members { data.append(member.key, member.value) }
      try context.record(event, data, attestation: attestation, in: database)
    }
  }

  private func ending(of promotion: Digest) -> JSONObject { ["promotion": .string(promotion.description)] }

  private func isLast(_ promotion: Digest) async throws -> Bool {
    let place = Place(modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"))
    return try await plane.context.database.read { try PlaceHistory(place: place).endsWith(promotion, in: $0) }
  }

  @Test func whatTheLogDoesNotNameOrNamesElsewhereNeverRan() async throws {
    #expect(try await !isLast(first))
    try await record(.modelDeployment, first, in: "production")
    #expect(try await !isLast(first))
  }

  @Test func whatWasSupersededUndeployedOrToBeUndeployedHasEnded() async throws {
    try await record(.modelDeployment, first)
    #expect(try await isLast(first))
    try await record(.modelDeployment, second)
    #expect(try await !isLast(first))
    #expect(try await isLast(second))
    try await record(.modelUndeployed, Digest(hashing: [3]), more: ending(of: second))
    #expect(try await !isLast(second))
    try await record(.modelDeployment, first)
    try await record(.undeploymentIntended, nil)
    #expect(try await !isLast(first))
  }

  @Test func theEndOfAnEarlierOneThatIsRecordedLateAndWhatHappensElsewhereEndNothing() async throws {
    try await record(.modelDeployment, first)
    try await record(.modelDeployment, second)
    try await record(.modelUndeployed, Digest(hashing: [3]), more: ending(of: first))
    try await record(.modelUndeployed, Digest(hashing: [4]), in: "production")
    #expect(try await isLast(second))
    try await record(.modelUndeployed, nil)
    #expect(try await !isLast(second), "served without being on record: whatever it was")
  }
}
