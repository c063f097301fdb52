import Wire
import Attestations
import Daemon
import PlaneContract

/// `training.complete`: bounds and decodes it, and encodes the receipt.
struct SubmissionHandler: Sendable {
  let service: SubmissionService

  var routes: [Route] {
    [
      .change(.trainingComplete) { request in
        // The bound comes first: the message itself goes into the attestation, which must still fit.
        let size = request.verified.envelope.payload.count
        guard size <= TrainingOutput.maximumSubmission else {
          throw Refusal(
            .invalidRequest,
            "the message has \(size) bytes, a training.complete at most \(TrainingOutput.maximumSubmission); shorten the card, metrics or reference"
          )
        }
        let body: TrainingComplete = try request.decoded()
        return try await service.complete(body.result, request: request).fields
      }
    ]
  }
}
