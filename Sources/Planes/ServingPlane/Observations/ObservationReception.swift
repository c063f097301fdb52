import Attestations
import Daemon
import Drift
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// `model.observe` from a monitor: checked to be of what runs here, signed with the monitor's own message inside, and left for
/// governance, which judges it.
struct ObservationReception: Sendable {
  let context: PlaneContext
  let running: RunningModels
  let rate: ObservationRate
  private let windows = ObservedWindows()

  init(context: PlaneContext, running: RunningModels) {
    self.context = context
    self.running = running
    rate = ObservationRate()
  }

  var route: Route {
    .change(.modelObserve) { request in
      // Before the body is read: ten thousand a second cost little more than their signatures.
      try rate.admit(request.sender.id, at: request.receivedAt)
      let body: ModelObserve = try request.decoded()
      return ObservationReceipt(digest: try await accept(body.observation, for: request)).fields
    }
  }

  private func accept(_ observation: Observation, for request: AdmittedRequest) async throws -> Digest {
    let row = try deployment(of: observation, at: request.receivedAt)
    let attestation = try attested(observation, row, request)
    let digest = attestation.payloadDigest
    try await context.commit(for: request) { database in
      try windows.take(observation, by: request.sender.id, at: request.receivedAt, in: database)
      try context.record(
        .observationAccepted,
        [
          "model_id": observation.modelID.json, "environment": observation.environment.json,
          "observed_by": request.sender.id.json, "window_start": .string(observation.windowStart.attestationText),
          "window_end": .string(observation.windowEnd.attestationText),
        ], attestation: digest, in: database)
      try context.enqueue(
        .observationPublish, TrainingPublication(attestation: attestation), digest: digest, in: database)
    }
    return digest
  }

  private func deployment(of observation: Observation, at now: Timestamp) throws(Refusal) -> DeploymentRow {
    let place = Place(modelID: observation.modelID, environment: observation.environment)
    if let problem = observation.hindrance(at: now) { throw Refusal(.invalidRequest, problem) }
    guard let row = running[place], let deployedAt = row.deployedAt else {
      throw Refusal(.notFound, "\(place) is not deployed here; see planectl deployments")
    }
    guard observation.windowStart >= deployedAt.adding(seconds: -Message.clockSkewSeconds) else {
      throw Refusal(.invalidRequest, "the window begins before what runs in \(place) was deployed, at \(deployedAt)")
    }
    return row
  }

  private func attested(
    _ observation: Observation, _ row: DeploymentRow, _ request: AdmittedRequest
  ) throws -> UnverifiedEnvelope {
    let message = request.verified.envelope
    guard message.payload.count <= ServingObservation.maximumMessage else {
      throw Refusal(
        .invalidRequest,
        "the message has \(message.payload.count) bytes, at most \(ServingObservation.maximumMessage) can be passed on; "
          + "send fewer values or a histogram")
    }
    let predicate = ServingObservation(
      of: observation, weightsHash: row.weights.digest, approvalID: row.approvalID, approvalDigest: row.approvalDigest,
      observedBy: request.sender.id, receivedAt: request.receivedAt, message: message)
    return try UnverifiedEnvelope(attesting: predicate, by: [context.signer])
  }
}
