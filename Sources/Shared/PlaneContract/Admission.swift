import Attestations
import Signing
import Wire

/// A request that is authentic and permitted: signed by a principal of the trust root, in time, for this plane, on a socket where
/// that principal may send it. Only `Admission` makes one, and it is shared rather than copied by all that follows from it.
package final class AdmittedRequest: Sendable {
  package let kind: MessageKind
  package let socket: SocketName
  package let sender: Principal
  /// The root in force when it came, for everything that follows from this request.
  package let root: VerifiedTrustRoot
  package let verified: VerifiedMessage
  /// Read once for everything that follows from this request.
  package let receivedAt: Timestamp
  /// Whose process asked, by the kernel's word; nil where no socket was in between. It decides nothing.
  package let peerUID: UInt32?

  package var message: Message { verified.message }
  package var body: JSONObject { verified.message.body }

  fileprivate init(
    kind: MessageKind, socket: SocketName, sender: Principal, root: VerifiedTrustRoot, verified: VerifiedMessage,
    from peerUID: UInt32?, at now: Timestamp
  ) {
    self.kind = kind
    self.socket = socket
    self.sender = sender
    self.root = root
    self.verified = verified
    self.peerUID = peerUID
    receivedAt = now
  }

  /// Whether its sender may still send it under a root that came after it: the key that signed it is theirs, and so is the role.
  package func isPermitted(under root: VerifiedTrustRoot) -> Bool {
    guard let holder = root.holder(of: verified.signer), holder.id == sender.id else { return false }
    return Permissions.roles(for: kind, on: socket).contains(where: holder.holds)
  }
}

/// Why a frame was not admitted.
package enum AdmissionFailure: Error, Sendable {
  /// Too broken to answer: close the connection and count it.
  case unanswerable(String)
  /// Answer with an error, then close. `sender` is set only once the signature had verified.
  case refused(Refusal, to: ReplyAddress, sender: PrincipalID?)
}

/// What a reply refers to: taken from the request as claimed, because a refusal must reach whoever asked.
package struct ReplyAddress: Sendable {
  package let to: PrincipalID?
  package let inReplyTo: MessageID?
  package let requestDigest: Digest

  package init(to: PrincipalID?, inReplyTo: MessageID?, requestDigest: Digest) {
    self.to = to
    self.inReplyTo = inReplyTo
    self.requestDigest = requestDigest
  }

  package init(_ request: AdmittedRequest) {
    self.init(to: request.sender.id, inReplyTo: request.message.id, requestDigest: request.verified.digest)
  }
}

extension ReplyAddress {
  /// What can be read of a message that is not one: a reply that its sender can match helps them mend it.
  fileprivate init(ofMalformed envelope: UnverifiedEnvelope) {
    let header = (try? StrictJSON.parse(envelope.payload))?.object
    self.init(
      to: header?["from"]?.string.flatMap(PrincipalID.init), inReplyTo: header?["id"]?.string.flatMap(MessageID.init),
      requestDigest: envelope.payloadDigest)
  }
}

/// The gatehouse of every plane, pure: bound, decode, authenticate, authorise. Nothing of a frame is used before it.
package struct Admission: Sendable {
  package let plane: PrincipalID
  package let root: VerifiedTrustRoot

  package init(plane: PrincipalID, root: VerifiedTrustRoot) {
    self.plane = plane
    self.root = root
  }

  package func admit(
    _ frame: [UInt8], on socket: SocketName, from peerUID: UInt32? = nil, now: Timestamp
  ) throws(AdmissionFailure) -> AdmittedRequest {
    let envelope: UnverifiedEnvelope
    do { envelope = try UnverifiedEnvelope(parsing: frame, maximumPayload: Message.maximumPayload) } catch {
      throw .unanswerable("\(error)")
    }
    let unverified = try decode(envelope)
    let claimed = unverified.claimed
    let address = ReplyAddress(to: claimed.from, inReplyTo: claimed.id, requestDigest: unverified.digest)
    let (sender, verified) = try authenticate(unverified, address)
    do throws(Refusal) {
      let kind = try authorise(sender, claimed, on: socket)
      try checkLife(of: claimed, kind, now: now)
      return AdmittedRequest(
        kind: kind, socket: socket, sender: sender, root: root, verified: verified, from: peerUID, at: now)
    } catch {
      throw .refused(error, to: address, sender: sender.id)
    }
  }

  private func decode(_ envelope: UnverifiedEnvelope) throws(AdmissionFailure) -> UnverifiedMessage {
    do { return try UnverifiedMessage(envelope) } catch {
      throw .refused(Refusal(.malformed, "\(error)"), to: ReplyAddress(ofMalformed: envelope), sender: nil)
    }
  }

  private func authenticate(
    _ unverified: UnverifiedMessage, _ address: ReplyAddress
  ) throws(AdmissionFailure) -> (Principal, VerifiedMessage) {
    let name = unverified.claimed.from
    let principal = root.principal(name)
    if principal?.retiredAt != nil {
      let problem = "\(name) is retired under trust root version \(root.version) and signs nothing new"
      throw .refused(Refusal(.unauthenticated, problem), to: address, sender: nil)
    }
    guard let principal, let verified = try? unverified.verified(by: principal.keys)
    else {
      let problem = "the signature is not \(name)'s under trust root version \(root.version); check --as and the key"
      throw .refused(Refusal(.unauthenticated, problem), to: address, sender: nil)
    }
    return (principal, verified)
  }

  private func authorise(_ sender: Principal, _ message: Message, on socket: SocketName) throws(Refusal) -> MessageKind
  {
    guard message.to == plane else {
      throw Refusal(.forbidden, "the message is for \(message.to), this is \(plane)")
    }
    guard let kind = MessageKind(rawValue: message.kind) else {
      throw Refusal(.unsupported, "\(message.kind) is no message kind that this version knows")
    }
    let roles = Permissions.roles(for: kind, on: socket)
    guard !roles.isEmpty else { throw Refusal(.forbidden, "\(kind.rawValue) is not taken on \(socket.fileName)") }
    guard roles.contains(where: sender.holds) else {
      let names = roles.map(\.rawValue).joined(separator: " or ")
      throw Refusal(.forbidden, "\(kind.rawValue) needs the role \(names), which \(sender.id) does not hold")
    }
    return kind
  }

  private func checkLife(of message: Message, _ kind: MessageKind, now: Timestamp) throws(Refusal) {
    let skew = Message.clockSkewSeconds
    let life = message.expiresAt.microseconds - message.issuedAt.microseconds
    let maximum = Int64(kind.maximumLifetimeSeconds) * Timestamp.microsecondsPerSecond
    guard life > 0, life <= maximum else {
      throw Refusal(.invalidRequest, "a \(kind.rawValue) lives at most \(kind.maximumLifetimeSeconds) s")
    }
    guard message.issuedAt <= now.adding(seconds: skew), now <= message.expiresAt.adding(seconds: skew) else {
      let problem =
        "the message is not valid at \(now.messageText), this plane's time; sign it again with the clock corrected"
      throw Refusal(.expiredMessage, problem, now: now)
    }
  }
}
