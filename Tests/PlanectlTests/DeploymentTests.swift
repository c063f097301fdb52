import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct RollbackTests {
  private func previous(_ history: [DeploymentSummary]) -> DeploymentSummary? { Rollback.previous(in: history) }

  @Test func rollbackTakesTheNewestOfAnotherApproval() {
    let (first, second, third) = ("approval:0", "approval:1", "approval:2")
    let twice = [
      Rows.deployment(second, 1, .deployed), Rows.deployment(second, 1, .superseded),
      Rows.deployment(first, 0, .superseded),
    ]
    #expect(previous(twice)?.approvalID.text == first)
    #expect(previous([Rows.deployment(third, 2, .undeployed)] + twice)?.approvalID.text == second)
    #expect(previous([Rows.deployment(first, 0, .deployed)]) == nil)
    #expect(previous([]) == nil)
  }

  @Test func theSameApprovalForAnotherScopeIsSomethingThatRanBefore() {
    let history = [
      Rows.deployment("approval:0", 0, .deployed, scope: "chat"),
      Rows.deployment("approval:0", 0, .superseded, scope: "chat"),
      Rows.deployment("approval:0", 0, .superseded, scope: "batch"),
    ]
    #expect(previous(history)?.scope?.text == "batch")
  }
}

@Suite struct DeploymentTableTests {
  @Test func scopesHaveAColumnWhereThereAreAny() {
    let plain = Rows.deployment("approval:0", 0, .undeploying)
    let scoped = Rows.deployment("approval:1", 1, .deployed, scope: "chat")
    #expect(!Table([plain]).columns.contains("SCOPE") && Table([plain]).rows[0].contains("undeploying"))
    #expect(Table([plain, scoped]).columns[2] == "SCOPE")
    #expect(Table([plain, scoped]).rows.map { $0[2] } == ["-", "chat"])
  }
}

@Suite struct DeployProgressTests {
  private func deploying(_ done: Int, of total: Int?) throws -> DeploymentSummary {
    let row = Rows.deployment("approval:0", 0, .deployed)
    return DeploymentSummary(
      modelID: row.modelID, environment: row.environment, scope: nil, approvalID: row.approvalID,
      approvalDigest: row.approvalDigest, weightsHash: row.weightsHash, deployedBy: row.deployedBy, deployedAt: nil,
      state: .deploying, endedAt: nil, message: "the endpoint\u{1b}[2J is told",
      progress: DeploymentProgress(startedAt: try #require(row.deployedAt), bytesDone: done, bytesTotal: total))
  }

  @Test func whatIsReadIsShownAsAShareOfTheWhole() throws {
    let half = try deploying(1_500_000_000, of: 3_000_000_000)
    #expect(DeployWatch.text(half).hasSuffix("[###############...............] 50 % of 3.0 GB"))
    #expect(Table([half]).rows[0].contains("deploying, 50 % of 3.0 GB"))
  }

  @Test func whereNothingIsReadThePlanesWordsAreShownWithoutTheirControlCharacters() throws {
    for item in [try deploying(0, of: nil), try deploying(5, of: 5), try deploying(0, of: 0)] {
      #expect(DeployWatch.text(item).hasSuffix("the endpoint\\u{1b}[2J is told"))
    }
    #expect(Table([try deploying(0, of: 0)]).rows[0].contains("deploying"))
  }

  @Test func aSummaryThatIsDeployedWithoutAMomentOrDeployingWithOneIsNotBelieved() throws {
    let item = try deploying(1, of: 2)
    #expect(try DeploymentSummary(item.fields).progress == item.progress)
    for (state, moment) in [("deployed", JSONValue.null), ("deploying", "2026-01-02T03:04:05+00:00")] {
      var fields = JSONObject()
      for member in item.fields.members {
        fields.append(member.key, ["state": .string(state), "deployed_at": moment][member.key] ?? member.value)
      }
      #expect(throws: FieldError.self) { try DeploymentSummary(fields) }
    }
  }
}

@Suite struct ApprovalReferenceTests {
  private let known = ["approval:aa01", "approval:aa02", "approval:bb01"].map(ApprovalID.init(checked:))

  private func only(_ text: String) throws -> String? {
    try ApprovalReference(text: text, model: ModelID(checked: "iris")).only(known + known)?.text
  }

  @Test func aBeginningNamesTheOneApprovalThatHasIt() throws {
    #expect(try only("bb") == "approval:bb01" && only("approval:aa02") == "approval:aa02")
    #expect(try only("cc") == nil)
    #expect(throws: Failure.self) { try only("aa") }
  }

  @Test func withEveryPlaneAwayABeginningNamesNothing() async throws {
    let test = try TestHome()
    let session = Session(test.home, root: test.root, identity: try test.identity("ci"))
    let short = ApprovalReference(text: "aa", model: ModelID(checked: "iris"))
    let failure = try await #require(throws: Failure.self) { try await short.resolve(session) }
    #expect(failure.hint == "give the whole id")
    let whole = ApprovalReference(text: "approval:0123456789abcdef", model: ModelID(checked: "iris"))
    #expect(try await whole.resolve(session).text == "approval:0123456789abcdef")
  }
}

@Suite struct GateReportTests {
  private func decision(_ result: String, _ gates: [(String, Bool, String)]) -> JSONObject {
    let gates = gates.map {
      JSONValue.object(["gate": .string($0.0), "passed": .bool($0.1), "reason": .string($0.2)])
    }
    return ["verificationResult": .string(result), "gates": .array(gates)]
  }

  @Test func onlyAVerdictWhoseEveryGatePassedIsAPass() {
    #expect(GateReport(decision("PASSED", [("quorum", true, "a"), ("weights", true, "b")])).passed)
    #expect(!GateReport(decision("PASSED", [("quorum", false, "a"), ("weights", true, "b")])).passed)
    #expect(!GateReport(decision("FAILED", [("quorum", true, "a")])).passed)
    #expect(!GateReport(decision("PASSED", [])).passed)
    #expect(!GateReport([:]).passed)
  }

  private var unknown: JSONObject {
    decision(
      "FAILED",
      [
        ("trust", true, "live"), ("approval", false, "no approval of iris is known here"),
        ("quorum", false, "not evaluated: there is no sound approval to judge"), ("clock", false, "behind"),
        ("weights", false, "not read: other gates failed"),
      ])
  }

  @Test func everyFailedGateIsNamedAndThoseThatHadNothingToJudgeLast() {
    #expect(
      GateReport(unknown).failures == [
        "approval: no approval of iris is known here", "clock: behind", "not evaluated: quorum, weights",
      ])
    #expect(GateReport(unknown).table.rows.map { $0[0] } == ["trust", "approval", "clock", "quorum", "weights"])
  }

  private func hint(_ decision: JSONObject, _ environment: String?, approval: String? = nil) throws -> String? {
    DenialHint(
      decision, environment: environment.map(EnvironmentName.init(checked:)),
      approvalID: approval.map(ApprovalID.init(checked:)), policy: try TestHome().root.policy
    ).text
  }

  @Test func aDenialSaysTheNextStep() throws {
    #expect(try hint(unknown, "staging")?.contains("planectl pending") == true)
    for environment in [nil, "canary"] {
      #expect(try hint(unknown, environment)?.hasSuffix("production, staging") == true)
    }
    var pending = decision("FAILED", [("approval", false, "approval:aa01 is pending"), ("quorum", false, "1 of 2")])
    pending.append("approval_digest", "sha256:00")
    #expect(try hint(pending, "staging")?.contains("planectl approve approval:aa01 --as") == true)
    var quorum = decision("FAILED", [("quorum", false, "1 of 2 approvers have signed")])
    quorum.append("approval_digest", "sha256:00")
    #expect(try hint(quorum, "staging", approval: "approval:bb01")?.contains("approve approval:bb01 --as") == true)
    #expect(try hint(decision("FAILED", [("weights", false, "differ")]), "staging") == nil)
  }
}
