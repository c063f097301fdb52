import Attestations
import Signing
import Wire

/// `revocation.list`: a page of all revocations, in the order of the revocation chain.
package struct RevocationList: Body {
  package static let limits = 1...500

  /// The last one of the page before.
  package let after: Digest?
  package let limit: Int

  package init(after: Digest? = nil, limit: Int = limits.upperBound) {
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    after = try reader.optionalDigest("after")
    limit = try reader.optionalInt("limit", in: Self.limits) ?? 100
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["limit": .init(limit)]
    fields.append("after", ifPresent: after.map { .string($0.description) })
    return fields
  }
}

/// The answer. Unverified, like all that a caller has to judge.
package struct RevocationPage: Body {
  /// Bytes of items in one page, so that a signed reply always fits a frame.
  private static let maximumBytes = 300 << 10

  package let items: [UnverifiedEnvelope]
  /// What to send as `after`; nil at the end.
  package let next: Digest?
  /// Over all of them; with the last page only.
  package let lease: UnverifiedEnvelope?

  package init(items: [UnverifiedEnvelope], next: Digest?, lease: UnverifiedEnvelope?) {
    self.items = items
    self.next = next
    self.lease = lease
  }

  /// As many of `found` as `limit` and a frame allow.
  ///
  /// - Parameter lease: asked for where this is the last page.
  package init(fitting found: [UnverifiedEnvelope], limit: Int, lease: () throws -> UnverifiedEnvelope?) rethrows {
    var (taken, bytes): ([UnverifiedEnvelope], Int) = ([], 0)
    for revocation in found.prefix(limit) {
      bytes += revocation.serialized.count
      guard taken.isEmpty || bytes <= Self.maximumBytes else { break }
      taken.append(revocation)
    }
    let isLast = taken.count == found.count
    self.init(items: taken, next: isLast ? nil : taken.last?.payloadDigest, lease: isLast ? try lease() : nil)
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    var items: [UnverifiedEnvelope] = []
    for (index, value) in try reader.array("items", maximum: RevocationList.limits.upperBound).enumerated() {
      do {
        items.append(try UnverifiedEnvelope(json: value, maximumPayload: AttestationFormat.maximumPayload))
      } catch { throw reader.failure("items[\(index)]", "\(error)") }
    }
    self.items = items
    next = try reader.optionalDigest("next")
    lease = try reader.optionalEnvelope("lease", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject {
    ["items": .array(items.map(\.json)), "next": .init(next?.description), "lease": lease?.json ?? .null]
  }
}
