import Daemon
import PlaneContract

/// `training.publish`: from the training plane, answered with the digest that was accepted.
struct TrainingHandler: Sendable {
  let service: TrainingService

  var routes: [Route] {
    [
      .change(.trainingPublish) { request in
        let body: TrainingPublication = try request.decoded()
        return try await service.accept(body.attestation, request: request).fields
      }
    ]
  }
}
