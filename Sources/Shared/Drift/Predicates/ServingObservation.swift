import Attestations
import Signing
import Wire

/// `serving-observation`: the serving plane's word that the model ran there, and the monitor's own signed message.
package struct ServingObservation: Predicate {
  package static let name = "serving-observation"
  /// The message kind and the field of its body: the words of the wire that this attestation depends on.
  package static let messageKind = "model.observe"
  package static let bodyField = "observation"
  /// Bytes of a monitor's message, so that the statement that embeds it in base64 is still an attestation.
  package static let maximumMessage = 188 * 1024

  package let modelID: ModelID
  package let weightsHash: Digest
  package let environment: EnvironmentName
  package let windowStart: Timestamp
  package let windowEnd: Timestamp
  /// Of the deployment that was observed.
  package let approvalID: ApprovalID
  package let approvalDigest: Digest
  package let observedBy: PrincipalID
  package let receivedAt: Timestamp
  package let message: UnverifiedEnvelope

  package init(
    of observation: Observation, weightsHash: Digest, approvalID: ApprovalID, approvalDigest: Digest,
    observedBy: PrincipalID,
    receivedAt: Timestamp, message: UnverifiedEnvelope
  ) {
    modelID = observation.modelID
    self.weightsHash = weightsHash
    environment = observation.environment
    (windowStart, windowEnd) = (observation.windowStart, observation.windowEnd)
    (self.approvalID, self.approvalDigest) = (approvalID, approvalDigest)
    self.observedBy = observedBy
    self.receivedAt = receivedAt
    self.message = message
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    weightsHash = try reader.digest("weights_hash")
    environment = try reader.identifier("environment")
    windowStart = try reader.time("window_start")
    windowEnd = try reader.time("window_end")
    approvalID = try reader.identifier("approval_id")
    approvalDigest = try reader.digest("approval_digest")
    observedBy = try reader.identifier("observed_by")
    receivedAt = try reader.time("received_at")
    let messages = try reader.array("observations", maximum: 1)
    guard let first = messages.first else { throw reader.failure("observations", "expected one signed message") }
    do { message = try UnverifiedEnvelope(json: first, maximumPayload: Self.maximumMessage) } catch {
      throw reader.failure("observations", "\(error)")
    }
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "weights_hash": .string(weightsHash.description), "environment": environment.json,
      "window_start": .string(windowStart.attestationText), "window_end": .string(windowEnd.attestationText),
      "approval_id": approvalID.json, "approval_digest": .string(approvalDigest.description),
      "observed_by": observedBy.json,
      "received_at": .string(receivedAt.attestationText), "observations": .array([message.json]),
    ]
  }
}

/// An observation whose two signatures hold: the serving plane's, and inside it the monitor's over the same window. A stolen serving key
/// alone cannot make one.
package struct VerifiedObservation: Sendable {
  package let attested: Attested<ServingObservation>
  package let observation: Observation
  package let monitor: Principal

  package var predicate: ServingObservation { attested.predicate }
  package var digest: Digest { attested.digest }

  /// - Throws: `AttestationError` naming the first thing that does not hold.
  package static func verify(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot
  ) throws(AttestationError) -> VerifiedObservation {
    let attested = try envelope.attested(ServingObservation.self, by: root.keys(of: .serving))
    do {
      let (observation, monitor) = try opened(attested.predicate, root: root)
      return VerifiedObservation(attested: attested, observation: observation, monitor: monitor)
    } catch {
      throw .syntax(ServingObservation.name, "observations: \(error)")
    }
  }

  private static func opened(
    _ predicate: ServingObservation, root: VerifiedTrustRoot
  ) throws -> (Observation, Principal) {
    guard let monitor = root.principal(predicate.observedBy), monitor.holds(.monitor) else {
      throw FieldError("observed_by", "\(predicate.observedBy) is no monitor in the trust root")
    }
    let message = try UnverifiedMessage(predicate.message).verified(by: monitor.keys).message
    guard message.kind == ServingObservation.messageKind, message.from == monitor.id,
      message.to == root.plane(.serving)?.id
    else { throw FieldError("kind", "is not \(monitor.id)'s \(ServingObservation.messageKind) to the serving plane") }
    try checkLife(of: message, predicate)
    var body = ObjectReader(message.body, "body")
    let observation = try Observation(try body.required(ServingObservation.bodyField), "body.observation")
    try body.finish()
    guard observation.modelID == predicate.modelID, observation.environment == predicate.environment,
      observation.windowStart == predicate.windowStart, observation.windowEnd == predicate.windowEnd
    else { throw FieldError("observation", "what the serving plane attests differs from what \(monitor.id) signed") }
    return (observation, monitor)
  }

  private static func checkLife(of message: Message, _ predicate: ServingObservation) throws(FieldError) {
    let earliest = message.issuedAt.adding(seconds: -Message.clockSkewSeconds)
    let latest = message.expiresAt.adding(seconds: Message.clockSkewSeconds)
    guard (earliest...max(earliest, latest)).contains(predicate.receivedAt) else {
      throw FieldError("received_at", "is outside the life of the monitor's message")
    }
  }
}
