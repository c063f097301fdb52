import Attestations
import Signing
import Testing
import Wire

/// The graces of an environment are signed, optional, and bounded.
@Suite struct EnvironmentPolicyTests {
  private let staging = EnvironmentName(checked: "staging")

  private func root(_ edit: (String) -> String) throws -> VerifiedTrustRoot {
    let text = String(decoding: try RootDraft.ordinary().document().json.serialized(), as: UTF8.self)
    let envelope = try UnverifiedEnvelope(
      signing: Array(edit(text).utf8), as: .trustRoot, by: [House.key("root")])
    return try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  @Test(arguments: [
    "\"lease_grace_seconds\":-1", "\"lease_grace_seconds\":604801", "\"undeploy_grace_seconds\":-1",
    "\"undeploy_grace_seconds\":2592001", "\"undeploy_grace_seconds\":\"1 day\"", "\"lease_seconds\":9",
  ])
  func whatIsNoGraceIsRefused(_ field: String) {
    #expect(throws: TrustRootError.self) {
      try root { $0.replacing("\"lease_seconds\":null", with: field) }
    }
  }

  @Test func withoutThemTheDefaultsHoldAndTheDocumentReadsBackByteForByte() throws {
    let root = try root { $0 }
    let policy = try #require(root.policy.environments[staging])
    #expect(policy.leaseGraceSeconds == 3600 && policy.undeployGraceSeconds == 86_400)
    #expect(root.root.json.serialized() == root.envelope.payload)
  }

  @Test func withThemTheyHoldAndTheDocumentReadsBackByteForByte() throws {
    let fields = "\"lease_seconds\":300,\"lease_grace_seconds\":0,\"undeploy_grace_seconds\":60"
    let root = try root { $0.replacing("\"lease_seconds\":null", with: fields) }
    let policy = try #require(root.policy.environments[staging])
    #expect(policy.leaseSeconds == 300 && policy.leaseGraceSeconds == 0 && policy.undeployGraceSeconds == 60)
    #expect(root.root.json.serialized() == root.envelope.payload)
    #expect(root.policy.leaseSeconds == 300)
  }

  @Test func oneLeaseServesTheEnvironmentThatAsksForTheShortest() {
    func policy(_ seconds: [Int?]) -> Policy {
      let environments = seconds.enumerated().map { index, seconds in
        (
          EnvironmentName(checked: "e\(index)"),
          EnvironmentPolicy(requiredApprovers: 1, maxTTLDays: 1, leaseSeconds: seconds)
        )
      }
      return Policy(environments: Dictionary(uniqueKeysWithValues: environments), profiles: [:])
    }
    #expect(policy([600, nil, 60]).leaseSeconds == 60)
    #expect(policy([nil]).leaseSeconds == nil)
  }
}
