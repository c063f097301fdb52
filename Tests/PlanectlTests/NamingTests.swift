import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct NamingTests {
  static let weights = (1...3).map { Digest(hashing: [UInt8($0)]) }

  @Test(arguments: [
    ("approval:0123", true), ("0123", true), ("approval:0", true), ("", false), ("123", false), ("approval", true),
  ])
  func anApprovalGoesByTheBeginningOfItsIDWithOrWithoutItsFirstWord(text: String, isNamed: Bool) {
    #expect(ApprovalDirectory.isNamed(ApprovalID(checked: "approval:0123456789abcdef"), text) == isNamed)
  }

  @Test func aDigestGoesByTheBeginningOfItsHex() {
    let digest = Self.weights[0]
    #expect(ApprovalDirectory.isNamed(digest, digest.short))
    #expect(ApprovalDirectory.isNamed(digest, "sha256:\(digest.short)"))
    #expect(ApprovalDirectory.isNamed(digest, digest.description))
    #expect(!ApprovalDirectory.isNamed(digest, "") && !ApprovalDirectory.isNamed(digest, "sha"))
  }

  private func target(_ approval: String?, _ model: String, _ index: Int) -> RevocationTarget {
    RevocationTarget(
      modelID: ModelID(checked: model), weightsHash: Self.weights[index],
      approvalID: approval.map(ApprovalID.init(checked:)))
  }

  private var known: [RevocationTarget] {
    [
      target("approval:aa01", "iris", 0), target("approval:aa02", "iris", 1), target("approval:bb01", "iris", 1),
      target("approval:cc01", "other", 2),
    ]
  }

  @Test func aModelMeansAllItsWeightsOnce() throws {
    #expect(try RevocationTargets.matching("iris", known) == [target(nil, "iris", 0), target(nil, "iris", 1)])
  }

  @Test func anApprovalMeansItselfAlone() throws {
    #expect(try RevocationTargets.matching("approval:bb01", known) == [target("approval:bb01", "iris", 1)])
    #expect(try RevocationTargets.matching("cc", known) == [target("approval:cc01", "other", 2)])
  }

  @Test func anAmbiguousBeginningRevokesNothing() throws {
    #expect(throws: Failure.self) { try RevocationTargets.matching("aa", known) }
    #expect(try RevocationTargets.matching("iri", known).isEmpty)
  }

  private func deployment(_ index: Int, _ state: DeploymentState) -> DeploymentSummary {
    DeploymentSummary(
      modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"), scope: nil,
      approvalID: ApprovalID(checked: "approval:\(index)"), approvalDigest: Self.weights[index],
      weightsHash: Self.weights[index], deployedBy: PrincipalID(checked: "ci"), deployedAt: .now(), state: state,
      endedAt: nil, message: "")
  }

  @Test func rollbackTakesTheNewestOfAnotherApproval() {
    let twice = [deployment(1, .deployed), deployment(1, .superseded), deployment(0, .superseded)]
    #expect(Rollback.previous(in: twice)?.approvalID.text == "approval:0")
    let revoked = [deployment(2, .undeployed), deployment(1, .superseded), deployment(0, .superseded)]
    #expect(Rollback.previous(in: revoked)?.approvalID.text == "approval:1")
    #expect(Rollback.previous(in: [deployment(0, .deployed)]) == nil)
    #expect(Rollback.previous(in: []) == nil)
  }
}

@Suite struct GateReportTests {
  private func decision(_ result: String, _ gates: [(String, Bool)]) -> JSONObject {
    let gates = gates.map { JSONValue.object(["gate": .string($0.0), "passed": .bool($0.1), "reason": "because"]) }
    return ["verificationResult": .string(result), "gates": .array(gates)]
  }

  @Test func onlyAVerdictWhoseEveryGatePassedIsAPass() {
    #expect(GateReport(decision("PASSED", [("quorum", true), ("weights", true)])).passed)
    #expect(!GateReport(decision("PASSED", [("quorum", false), ("weights", true)])).passed)
    #expect(!GateReport(decision("FAILED", [("quorum", true)])).passed)
    #expect(!GateReport(decision("PASSED", [])).passed)
    #expect(!GateReport([:]).passed)
  }

  @Test func everyFailedGateIsNamed() {
    let report = GateReport(decision("FAILED", [("quorum", false), ("scope", true), ("weights", false)]))
    #expect(report.failures == ["quorum: because", "weights: because"])
  }
}

@Suite struct FailureTests {
  @Test(arguments: [
    (ErrorCode.denied, planectl.ExitStatus.denied), (.overloaded, .unreachable), (.unavailable, .unreachable),
    (.policyFailed, .refused), (.notFound, .refused), (.forbidden, .refused), (.malformed, .refused),
    (.conflict, .refused), (.internal, .refused),
  ])
  func aPlanesRefusalHasItsExitStatus(code: ErrorCode, status: planectl.ExitStatus) {
    let failure = Failure(explaining: Refusal(code, "no"))
    #expect(failure.status == status && failure.body["code"]?.string == code.rawValue)
  }

  @Test func whatDoesNotVerifyIsNeverMistakenForARefusal() {
    #expect(Failure(explaining: EnvelopeError.noValidSignature).status == .unverified)
    #expect(Failure(explaining: TrustRootError.threshold(needed: 2, valid: 1)).status == .unverified)
    #expect(Failure(explaining: GateFault(gate: .training, reason: "no")).status == .unverified)
  }

  @Test func anErrorsBodyIsLikeAPlanes() {
    #expect(Failure.refused("no").body == ["code": "invalid_request", "message": "no"])
    #expect(Failure(.unreachable, "gone").body == ["code": "unavailable", "message": "gone"])
  }
}

@Suite struct AbsolutePathTests {
  @Test(arguments: [("/a//b/./c/", "/a/b/c"), ("/", "/"), ("/a/../b", "/a/../b")])
  func pathsAreTidiedByTheirTextAlone(path: String, expected: String) {
    #expect(AbsolutePath.of(path) == expected)
  }

  @Test func aRelativePathBeginsWhereTheCallerIs() {
    #expect(AbsolutePath.of("./model").hasSuffix("/model") && AbsolutePath.of("model").hasPrefix("/"))
    #expect(AbsolutePath.of("model") == AbsolutePath.of("./model"))
    #expect(
      AbsolutePath.of("../model").split(separator: "/").count == AbsolutePath.of("model").split(separator: "/").count
        - 1)
    #expect(AbsolutePath.of("link/../model").hasSuffix("/link/../model"))
  }
}
