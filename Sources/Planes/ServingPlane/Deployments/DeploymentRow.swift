import Attestations
import FoundationEssentials
import GRDB
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// One deployment, from intent to end.
struct DeploymentRow: Sendable {
  enum State: String, Sendable {
    /// Written before the endpoint is asked; found at start, it is undone.
    case intended
    case deployed
    /// The endpoint said no, or the plane died before it answered.
    case failed
    case superseded
    /// Condemned or asked to end; the endpoint has not let go yet.
    case undeploying
    case undeployed
  }

  let number: Int64
  let modelID: ModelID
  let environment: EnvironmentName
  let scope: ScopeName?
  let approvalID: ApprovalID
  let approvalDigest: Digest
  let weights: WeightsID
  let deployedBy: PrincipalID
  let intentID: String
  let state: State
  let intendedAt: Timestamp
  let deployedAt: Timestamp?
  let endedAt: Timestamp?
  let message: String
  let promotion: [UInt8]?
  /// When it was told that the approval ends.
  let warnedAt: Timestamp?
  /// Since when it is denied though it runs; it ends after the grace that the policy gives.
  let deniedSince: Timestamp?
  /// When its bytes were last hashed again; nil: not since it was deployed.
  let verifiedAt: Timestamp?

  var place: Place { Place(modelID: modelID, environment: environment) }
}

/// Where a model runs: the key of everything that only one may change at a time.
struct Place: Hashable, Sendable, CustomStringConvertible {
  let modelID: ModelID
  let environment: EnvironmentName

  var description: String { "\(modelID) in \(environment)" }

  func deploymentPlace() throws -> DeploymentPlace {
    try DeploymentPlace(model: modelID.text, environment: environment.text)
  }
}

extension Place {
  /// Nil for names that no deployment of this plane can have.
  init?(_ place: DeploymentPlace) {
    guard let modelID = ModelID(place.model), let environment = EnvironmentName(place.environment) else { return nil }
    self.init(modelID: modelID, environment: environment)
  }
}

extension DeploymentRow {
  /// - Throws: `FieldError` when a column is not what this plane writes: somebody else wrote it.
  init(row: Row) throws {
    number = row["number"]
    modelID = try Self.identifier(row, "model_id")
    environment = try Self.identifier(row, "environment")
    scope = (row["scope"] as String?).flatMap { ScopeName($0) }
    approvalID = try Self.identifier(row, "approval_id")
    deployedBy = try Self.identifier(row, "deployed_by")
    guard let approvalDigest = Digest(row["approval_digest"] as String),
      let hash = Digest(row["weights_hash"] as String),
      let kind = WeightsKind(rawValue: row["weights_kind"]), let state = State(rawValue: row["state"])
    else { throw FieldError("deployment \(number)", "holds a digest, kind or state that this plane does not write") }
    self.approvalDigest = approvalDigest
    weights = WeightsID(digest: hash, kind: kind)
    self.state = state
    intentID = row["intent_id"]
    intendedAt = Timestamp(microseconds: row["intended_at"])
    deployedAt = (row["deployed_at"] as Int64?).map(Timestamp.init(microseconds:))
    endedAt = (row["ended_at"] as Int64?).map(Timestamp.init(microseconds:))
    message = row["message"]
    promotion = (row["promotion"] as Data?).map { [UInt8]($0) }
    warnedAt = (row["warned_at"] as Int64?).map(Timestamp.init(microseconds:))
    deniedSince = (row["denied_since"] as Int64?).map(Timestamp.init(microseconds:))
    verifiedAt = (row["verified_at"] as Int64?).map(Timestamp.init(microseconds:))
  }

  private static func identifier<ID: Identifier>(_ row: Row, _ column: String) throws -> ID {
    guard let identifier = ID(row[column] as String) else {
      throw FieldError("deployment.\(column)", "expected \(ID.rule)")
    }
    return identifier
  }

  /// The line of `deployment.list`; nil for what never ran.
  var summary: DeploymentSummary? {
    guard let deployedAt, let shown = DeploymentState(rawValue: state.rawValue) else { return nil }
    return DeploymentSummary(
      modelID: modelID, environment: environment, scope: scope, approvalID: approvalID, approvalDigest: approvalDigest,
      weightsHash: weights.digest, deployedBy: deployedBy, deployedAt: deployedAt, state: shown, endedAt: endedAt,
      message: message)
  }

  /// Nil where there is none, or one that cannot be read.
  var promotionDigest: Digest? {
    promotion.flatMap { bytes in
      try? UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload).payloadDigest
    }
  }

  var grounds: DeploymentGrounds {
    DeploymentGrounds(
      scope: scope, approvalID: approvalID, approvalDigest: approvalDigest, deployedBy: deployedBy,
      evidenceEntryID: intentID)
  }

  /// What a promotion or undeployment of this row says.
  func record(promoted: Bool, at time: Timestamp, message: String) -> PromotionRecord {
    PromotionRecord(
      modelID: modelID, promoted: promoted, promotedAt: time, evidenceEntryID: intentID, message: message,
      approvalID: approvalID, approvalDigest: approvalDigest, environment: environment, scope: scope,
      weightsHash: weights.digest, deployedBy: deployedBy)
  }
}
