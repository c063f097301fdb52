import Attestations
import Signing
import Wire

/// `model.deploy`. An absent environment is not malformed: it is denied, by the gate of that name.
package struct ModelDeploy: Body {
  package let modelID: ModelID
  package let environment: EnvironmentName?
  package let scope: ScopeName?
  package let approvalID: ApprovalID?
  /// An absolute path on the serving host; absent, the stored bytes of the approved digest are deployed.
  package let weightsPath: String?

  package init(
    modelID: ModelID, environment: EnvironmentName?, scope: ScopeName? = nil, approvalID: ApprovalID? = nil,
    weightsPath: String? = nil
  ) {
    self.modelID = modelID
    self.environment = environment
    self.scope = scope
    self.approvalID = approvalID
    self.weightsPath = weightsPath
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    environment = try reader.optionalIdentifier("environment")
    scope = try reader.optionalIdentifier("scope")
    approvalID = try reader.optionalIdentifier("approval_id")
    weightsPath = try reader.optionalString("weights_path")
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": modelID.json]
    fields.append("environment", ifPresent: environment?.json)
    fields.append("scope", ifPresent: scope?.json)
    fields.append("approval_id", ifPresent: approvalID?.json)
    fields.append("weights_path", ifPresent: weightsPath.map { .string($0) })
    return fields
  }
}

/// `model.undeploy`.
package struct ModelUndeploy: Body {
  package let modelID: ModelID
  package let environment: EnvironmentName
  package let reason: String?

  package init(modelID: ModelID, environment: EnvironmentName, reason: String? = nil) {
    self.modelID = modelID
    self.environment = environment
    self.reason = reason
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    environment = try reader.identifier("environment")
    reason = try reader.optionalString("reason", maximum: 2000)
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": modelID.json, "environment": environment.json]
    fields.append("reason", ifPresent: reason.map { .string($0) })
    return fields
  }
}

/// `model.authorize`: may this model run there now?
package struct ModelAuthorize: Body {
  package let question: GateQuestion
  /// Also return the decision as a signed statement.
  package let attest: Bool

  package init(question: GateQuestion, attest: Bool = false) {
    self.question = question
    self.attest = attest
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let modelID: ModelID = try reader.identifier("model_id")
    let environment: EnvironmentName? = try reader.optionalIdentifier("environment")
    let scope: ScopeName? = try reader.optionalIdentifier("scope")
    let approvalID: ApprovalID? = try reader.optionalIdentifier("approval_id")
    let hash = reader.optional("weights_hash") == nil ? nil : try reader.looseDigest("weights_hash")
    question = GateQuestion(
      modelID: modelID, environment: environment, scope: scope, approvalID: approvalID, weightsHash: hash)
    attest = try reader.optionalBool("attest") ?? false
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": question.modelID.json]
    fields.append("environment", ifPresent: question.environment?.json)
    fields.append("scope", ifPresent: question.scope?.json)
    fields.append("approval_id", ifPresent: question.approvalID?.json)
    fields.append("weights_hash", ifPresent: question.weightsHash.map { .string($0.description) })
    if attest { fields.append("attest", true) }
    return fields
  }
}

/// `deployment.list`: what runs now, what ran `at` a moment, or with `history` every deployment ever, newest first.
package struct DeploymentList: Body {
  package static let maximumLimit = 500

  package let environment: EnvironmentName?
  package let modelID: ModelID?
  package let at: Timestamp?
  package let history: Bool
  package let after: String?
  package let limit: Int

  package init(
    environment: EnvironmentName? = nil, modelID: ModelID? = nil, at: Timestamp? = nil, history: Bool = false,
    after: String? = nil, limit: Int = 100
  ) {
    self.environment = environment
    self.modelID = modelID
    self.at = at
    self.history = history
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    environment = try reader.optionalIdentifier("environment")
    modelID = try reader.optionalIdentifier("model_id")
    at = reader.optional("at") == nil ? nil : try reader.messageTime("at")
    history = try reader.optionalBool("history") ?? false
    after = try reader.optionalString("after", maximum: 200)
    limit = try reader.optionalInt("limit", in: 1...Self.maximumLimit) ?? 100
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["limit": .init(limit)]
    fields.append("environment", ifPresent: environment?.json)
    fields.append("model_id", ifPresent: modelID?.json)
    fields.append("at", ifPresent: at.map { .string($0.messageText) })
    if history { fields.append("history", true) }
    fields.append("after", ifPresent: after.map { .string($0) })
    return fields
  }
}
