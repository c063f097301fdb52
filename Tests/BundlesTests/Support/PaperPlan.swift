import Attestations
import Bundles
import MerkleLog
import Signing
import Wire

/// What the papers of a bundle are to say and who signs them; every case of the corpus changes one thing of it. Papers made from one
/// plan belong together, whatever they say.
struct PaperPlan {
  static let weights = Digest(hashing: Array("the weights of iris".utf8))
  static let otherWeights = Digest(hashing: Array("other weights".utf8))

  var roots: [UnverifiedEnvelope]
  /// What the submitter signs, and what the training plane attests.
  var submitted = PaperPlan.result()
  var attested = PaperPlan.result()
  var trainingKeys = ["training-plane"]
  var submitterKey = "trainer"

  var approvedBy = "alice"
  var approvalKeys = ["alice", "bob", "governance-plane"]
  var approvedWeights = PaperPlan.weights
  var environments = ["staging", "production"]
  var scopes: [String]?
  var required = 2
  var lifetimeDays = 30
  var approvalRoot = 2
  /// Of the output that the approval names, where it is not the one in the bundle.
  var namedOutput: Digest?

  var revocations: [PlannedRevocation] = []
  /// Of the revocations that the lease counts, where they are not those in the bundle.
  var leasedRevocations: [Digest]?
  var leaseKeys = ["governance-plane"]
  var leaseRoot: VerifiedTrustRoot
  var leaseSeconds = 300
  var leaseAge = 20

  var promotedModel = "iris"
  var promotionKeys = ["serving-plane"]

  enum Paper: Hashable { case submission, output, approval, promotion, lease }

  /// Changes of papers' texts, made before they are signed: for what no value of ours can say.
  var edits: [Paper: TextEdit] = [:]

  /// The house as it is: two versions of the root.
  init() throws {
    roots = try PaperHouse.roots(upTo: 2)
    leaseRoot = try Self.verified(roots)
  }

  static func verified(_ roots: [UnverifiedEnvelope]) throws -> VerifiedTrustRoot {
    let first = try VerifiedTrustRoot.verify(roots[0], pinned: roots[0].payloadDigest)
    return try roots.dropFirst().reduce(first) { try $0.successor($1) }
  }

  static func result(
    metrics: JSONObject = ["accuracy": .number(JSONNumber(0.94) ?? JSONNumber(0))], kind: WeightsKind = .file
  ) -> TrainingResult {
    TrainingResult(
      modelID: ModelID(checked: "iris"), weightsHash: weights, weightsKind: kind, metrics: metrics,
      correlationID: CorrelationID(checked: "run-1"), metadata: ["note": "Blüten, \"klein\"\n"])
  }
}

/// A revocation that somebody made.
struct PlannedRevocation {
  var weights = PaperPlan.weights
  var approvalID: String?
  var revokedBy = "carol"
  var keys = ["carol", "governance-plane"]
  /// Seconds after the time of the house.
  var after = 130
  var driftCheck: Digest?
  var edit: TextEdit?

  func envelope() throws -> UnverifiedEnvelope {
    let revocation = ModelRevocation(
      approvalID: approvalID.map(ApprovalID.init(checked:)), modelID: ModelID(checked: "iris"), weightsHash: weights,
      revokedBy: PrincipalID(checked: revokedBy), reason: "it misjudges setosa",
      revokedAt: PaperHouse.time.adding(seconds: after), driftCheckDigest: driftCheck)
    return try UnverifiedEnvelope(
      signing: Statement.payload(of: revocation).edited(edit), as: .statement, by: PaperHouse.keys(keys))
  }
}

// The papers, in the order of a model's life: trained at the house's time, approved 60 seconds later, deployed after 120; the
// bundle is made after 200.
extension PaperPlan {
  static let exported = PaperHouse.time.adding(seconds: 200)

  func trainingOutput() throws -> UnverifiedEnvelope {
    let header = MessageHeader(
      id: MessageID(checked: "00112233445566778899aabbccddeeff"), kind: SubmissionFormat.kind,
      from: PrincipalID(checked: "trainer"), to: PrincipalID(checked: "training-plane"), issuedAt: PaperHouse.time,
      expiresAt: PaperHouse.time.adding(seconds: 60))
    let body: JSONObject = [SubmissionFormat.bodyField: .object(submitted.fields)]
    let message = try header.signed(carrying: body, by: PaperHouse.key(submitterKey)).payload
    let output = TrainingOutput(
      result: attested, createdAt: PaperHouse.time, submittedBy: PrincipalID(checked: "trainer"),
      submitterPerson: PersonID(checked: "tess"),
      submission: try UnverifiedEnvelope(
        signing: message.edited(edits[.submission]), as: .message, by: [PaperHouse.key(submitterKey)]))
    return try sign(output, as: .output, by: trainingKeys)
  }

  func approval(of output: UnverifiedEnvelope) throws -> UnverifiedEnvelope {
    let approvedAt = PaperHouse.time.adding(seconds: 60)
    let approval = ModelApproval(
      approvalID: ApprovalID(checked: "approval:0123456789abcdef"), modelID: ModelID(checked: "iris"),
      weightsHash: approvedWeights, approvedBy: PrincipalID(checked: approvedBy), approvedAt: approvedAt,
      expiresAt: approvedAt.adding(days: lifetimeDays), profile: ProfileName(checked: "default"),
      correlationID: CorrelationID(checked: "run-1"), environments: environments.map(EnvironmentName.init(checked:)),
      scopes: scopes.map { $0.map(ScopeName.init(checked:)) }, requiredApprovers: required,
      trainingOutputDigest: namedOutput ?? output.payloadDigest, trustRootVersion: approvalRoot)
    return try sign(approval, as: .approval, by: approvalKeys)
  }

  func promotion(of approval: UnverifiedEnvelope, intent: String) throws -> UnverifiedEnvelope {
    let record = PromotionRecord(
      modelID: ModelID(checked: promotedModel), promoted: true, promotedAt: PaperHouse.time.adding(seconds: 121),
      evidenceEntryID: intent, message: "deployed to production",
      approvalID: ApprovalID(checked: "approval:0123456789abcdef"), approvalDigest: approval.payloadDigest,
      environment: EnvironmentName(checked: "production"), scope: nil, weightsHash: Self.weights,
      deployedBy: PrincipalID(checked: "ci"))
    return try sign(PromotionResult(record), as: .promotion, by: promotionKeys)
  }

  func lease(over revocations: [UnverifiedEnvelope]) throws -> UnverifiedEnvelope {
    let issuedAt = Self.exported.adding(seconds: -leaseAge)
    let lease = Lease(
      root: leaseRoot, issuedAt: issuedAt, expiresAt: issuedAt.adding(seconds: leaseSeconds),
      revocations: RevocationChain(leasedRevocations ?? revocations.map(\.payloadDigest)))
    return try sign(lease, as: .lease, by: leaseKeys)
  }

  private func sign(_ predicate: some Predicate, as paper: Paper, by names: [String]) throws -> UnverifiedEnvelope {
    let payload = try Statement.payload(of: predicate).edited(edits[paper])
    return try UnverifiedEnvelope(signing: payload, as: .statement, by: PaperHouse.keys(names))
  }
}
