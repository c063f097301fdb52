import Daemon
import PlaneContract

/// `observation.publish` from the serving plane, and `drift.get`.
struct DriftHandler: Sendable {
  let judging: DriftJudging
  let queries: DriftQueries

  var routes: [Route] {
    [
      .change(.observationPublish) { request in
        let body: TrainingPublication = try request.decoded()
        return try await judging.accept(body.attestation, request: request).fields
      },
      .query(.driftGet) { request in
        let body: DriftGet = try request.decoded()
        return .later { try await queries.page(body).fields }
      },
    ]
  }
}
