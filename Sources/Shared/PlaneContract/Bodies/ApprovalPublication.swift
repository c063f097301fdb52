import Attestations
import Wire

/// `approval.publish`: the approval with the signatures it has so far, and the training output it is about.
package struct ApprovalPublication: Body {
  package let approval: UnverifiedEnvelope
  package let trainingOutput: UnverifiedEnvelope

  package init(approval: UnverifiedEnvelope, trainingOutput: UnverifiedEnvelope) {
    self.approval = approval
    self.trainingOutput = trainingOutput
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approval = try reader.envelope("approval", maximumPayload: AttestationFormat.maximumPayload)
    trainingOutput = try reader.envelope("training_output", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["approval": approval.json, "training_output": trainingOutput.json] }
}
