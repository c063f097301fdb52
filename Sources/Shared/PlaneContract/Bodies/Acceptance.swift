import Signing
import Wire

/// The answer to every publication that one plane hands another, store-and-forward: what was accepted, by its payload digest.
package struct Acceptance: Body {
  package let digest: Digest

  package init(digest: Digest) { self.digest = digest }
  package init(_ reader: inout ObjectReader) throws(FieldError) { digest = try reader.digest("digest") }
  package var fields: JSONObject { ["digest": .string(digest.description)] }
}
