import Attestations
import Wire

/// `revocation.publish`: a revocation that one plane passes on to the other.
package struct RevocationPublication: Body {
  package let revocation: UnverifiedEnvelope
  /// From governance, of what it revokes by itself: the `serving-observation` that its drift check judged, by which serving sees that
  /// drift may revoke there.
  package let observation: UnverifiedEnvelope?

  package init(revocation: UnverifiedEnvelope, observation: UnverifiedEnvelope? = nil) {
    self.revocation = revocation
    self.observation = observation
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let maximum = AttestationFormat.maximumPayload
    revocation = try reader.envelope("revocation", maximumPayload: maximum)
    observation = try reader.optionalEnvelope("observation", maximumPayload: maximum)
  }

  package var fields: JSONObject { ["revocation": revocation.json, "observation": observation?.json ?? .null] }
}
