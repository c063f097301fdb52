import Attestations
import Signing
import Wire

/// Builds and checks replies: signed by the plane, bound to one request by id and digest (DESIGN section 2).
package struct ReplyWriter: Sendable {
  package static let lifetimeSeconds = 60
  /// The addressee of a reply to a message that names none that can be read.
  static let nobody = PrincipalID(checked: "unknown")

  let plane: PrincipalID
  let signer: any Signer

  package init(plane: PrincipalID, signer: any Signer) {
    self.plane = plane
    self.signer = signer
  }

  /// The frame of a granted request.
  package func result(_ body: some JSONWritable, of request: AdmittedRequest, now: Timestamp) throws -> [UInt8] {
    try write(kind: request.kind.resultKind, body: body, address: ReplyAddress(request), now: now)
  }

  /// The frame of a refusal.
  package func error(_ refusal: Refusal, to address: ReplyAddress, now: Timestamp) throws -> [UInt8] {
    try write(kind: MessageKind.errorKind, body: refusal.body, address: address, now: now)
  }

  private func write(
    kind: String, body: some JSONWritable, address: ReplyAddress, now: Timestamp
  ) throws -> [UInt8] {
    let header = MessageHeader(
      id: .random(), kind: kind, from: plane, to: address.to ?? Self.nobody, issuedAt: now,
      expiresAt: now.adding(seconds: Self.lifetimeSeconds), inReplyTo: address.inReplyTo,
      requestDigest: address.requestDigest)
    return try header.signed(carrying: body, by: signer).serialized
  }
}

/// A request ready to send, and the only judge of what answers it.
package struct OutgoingRequest: Sendable {
  package let kind: MessageKind
  package let envelope: UnverifiedEnvelope
  private let header: MessageHeader

  /// Signs a fresh message; a retry is a new one.
  package init(
    _ kind: MessageKind, body: JSONObject, from: PrincipalID, to: PrincipalID, signer: any Signer, now: Timestamp
  ) throws {
    self.kind = kind
    header = MessageHeader(
      id: .random(), kind: kind.rawValue, from: from, to: to, issuedAt: now, expiresAt: now.adding(seconds: 30))
    envelope = try header.signed(carrying: body, by: signer)
  }

  package var frame: [UInt8] { envelope.serialized }

  /// The body of the `.result`. The reply must be signed by the plane that was asked and refer to this very request.
  ///
  /// - Throws: `Refusal` when the plane said no, `ReplyError` when what came is not that plane's answer to this request.
  package func result(of frame: [UInt8], from plane: Principal) throws -> JSONObject {
    let reply: Message
    do {
      let envelope = try UnverifiedEnvelope(parsing: frame, maximumPayload: Message.maximumPayload)
      reply = try UnverifiedMessage(envelope).verified(by: plane.keys).message
    } catch {
      throw ReplyError("what answered is not \(plane.id) by the trust root: \(error)")
    }
    guard reply.from == plane.id, reply.header.requestDigest == envelope.payloadDigest else {
      throw ReplyError("\(plane.id) answered another request")
    }
    if reply.kind == MessageKind.errorKind { throw Refusal(body: reply.body) }
    guard reply.header.inReplyTo == header.id, reply.to == header.from, reply.kind == kind.resultKind else {
      throw ReplyError("\(plane.id) answered with \(reply.kind) where \(kind.resultKind) was due")
    }
    return reply.body
  }
}

/// What came back cannot be believed to be the answer.
package struct ReplyError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
