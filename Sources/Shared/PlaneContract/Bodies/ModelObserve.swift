import Drift
import Signing
import Wire

/// `model.observe`: what a monitor saw of a model over a window.
package struct ModelObserve: Body {
  package let observation: Observation

  package init(observation: Observation) { self.observation = observation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let value = try reader.required(ServingObservation.bodyField)
    observation = try Observation(value, reader.path(ServingObservation.bodyField))
  }

  package var fields: JSONObject { [ServingObservation.bodyField: .object(observation.fields)] }
}

/// The answer: the digest of the observation as the serving plane attests it, on its way to governance.
package struct ObservationReceipt: Body {
  package static let accepted = "accepted"

  package let digest: Digest

  package init(digest: Digest) { self.digest = digest }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    digest = try reader.digest("digest")
    guard try reader.string("status", maximum: 64) == Self.accepted else {
      throw reader.failure("status", "expected \(Self.accepted)")
    }
  }

  package var fields: JSONObject {
    ["digest": .string(digest.description), "status": .string(Self.accepted)]
  }
}
