import Attestations
import Signing
import Wire

/// The answer to `model.deploy`.
package struct DeployReceipt: Body {
  package let promotion: UnverifiedEnvelope

  package init(promotion: UnverifiedEnvelope) { self.promotion = promotion }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    promotion = try reader.envelope("promotion", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["promotion": promotion.json] }
}

/// The answer to `model.undeploy`.
package struct UndeployReceipt: Body {
  package let undeployment: UnverifiedEnvelope

  package init(undeployment: UnverifiedEnvelope) { self.undeployment = undeployment }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    undeployment = try reader.envelope("undeployment", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["undeployment": undeployment.json] }
}

/// The answer to `model.authorize`. Written, not read: a client finds its way in the tree of the body.
package struct AuthorizeResult: JSONWritable {
  package let decision: Decision
  /// The decision as a signed statement, when it was asked for.
  package let attestation: UnverifiedEnvelope?

  package init(decision: Decision, attestation: UnverifiedEnvelope?) {
    self.decision = decision
    self.attestation = attestation
  }

  package func write(to writer: inout JSONWriter) {
    writer.raw("{\"decision\":")
    decision.write(to: &writer)
    if let attestation {
      writer.raw(",\"attestation\":")
      attestation.write(to: &writer)
    }
    writer.raw("}")
  }
}

/// The answer to `plane.status`.
package struct PlaneStatus: Body {
  package let plane: PrincipalID
  package let version: String
  package let startedAt: Timestamp
  package let trustRootVersion: Int
  /// `ok`, or what needs somebody's attention.
  package let health: String
  package let counters: JSONObject

  package init(
    plane: PrincipalID, version: String, startedAt: Timestamp, trustRootVersion: Int, health: String,
    counters: JSONObject
  ) {
    self.plane = plane
    self.version = version
    self.startedAt = startedAt
    self.trustRootVersion = trustRootVersion
    self.health = health
    self.counters = counters
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    plane = try reader.identifier("plane")
    version = try reader.string("version", maximum: 64)
    startedAt = try reader.messageTime("started_at")
    trustRootVersion = try reader.int("trust_root_version", in: 1...Int(Int32.max))
    health = try reader.string("health")
    counters = try reader.object("counters")
  }

  package var fields: JSONObject {
    [
      "plane": plane.json, "version": .string(version), "started_at": .string(startedAt.messageText),
      "trust_root_version": .init(trustRootVersion), "health": .string(health), "counters": .object(counters),
    ]
  }
}

extension PlaneStatus {
  /// The counter that is there while a plane has the log of `plane` in dispute: how many of its entries are known to be missing, 0 where
  /// nobody can tell.
  package static func disputeCounter(of plane: Role) -> String { "disputed_\(plane.rawValue)" }

  /// Nil while the log of `plane` is believed.
  package func missingEntries(of plane: Role) -> Int? { counters[Self.disputeCounter(of: plane)]?.int }
}
