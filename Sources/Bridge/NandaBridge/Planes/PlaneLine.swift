import Attestations
import PlaneContract
import Signing
import Transport
import Wire

/// One plane's read socket, and who asks there. Asks one thing at a time, over a connection that is kept.
actor PlaneLine {
  nonisolated let role: Role
  private let socket: String
  private let reader: Reader
  /// How long an answer may take.
  private let patience: Duration
  private var connection: FrameConnection?
  /// What to add to this clock to have the plane's, in microseconds: from its own word, when it refused ours.
  private var clockOffset: Int64 = 0

  init(_ role: Role, socket: String, reader: Reader, patience: Duration = .seconds(10)) {
    self.patience = patience
    self.role = role
    self.socket = socket
    self.reader = reader
  }

  /// Sends a query and returns what the plane has signed in answer to this very request.
  ///
  /// - Throws: `Refusal` when the plane said no, `ReplyError` when what answered is not believed, `TransportError` when nothing did.
  func ask(_ kind: MessageKind, _ body: JSONObject) async throws -> PlaneReply {
    do { return try await attempt(kind, body) } catch let refusal as Refusal {
      guard refusal.code == .expiredMessage, let theirs = refusal.now else { throw refusal }
      clockOffset = theirs.microseconds - Timestamp.now().microseconds
      return try await attempt(kind, body)
    }
  }

  /// The same, read as the body that the kind's result has.
  func ask<Result: Body>(_ kind: MessageKind, _ body: some Body, as _: Result.Type = Result.self) async throws -> Result
  {
    try Result(try await ask(kind, body.fields).body)
  }

  private func attempt(_ kind: MessageKind, _ body: JSONObject) async throws -> PlaneReply {
    let root = reader.trust.root
    guard let plane = root.plane(role) else {
      throw TrustFault("trust root version \(root.version) names no \(role.planeName)")
    }
    let now = Timestamp(microseconds: Timestamp.now().microseconds + clockOffset)
    let request = try OutgoingRequest(
      kind, body: body, from: reader.name(under: root), to: plane.id, signer: reader.key, now: now)
    let frame = try await exchange(request.frame)
    return PlaneReply(body: try request.result(of: frame, from: plane), requestDigest: request.envelope.payloadDigest)
  }

  /// A connection that the plane closed meanwhile is replaced once; a query changes nothing, however often it comes.
  private func exchange(_ frame: [UInt8]) async throws -> [UInt8] {
    if let connection, connection.isOpen, let reply = try? await connection.exchange(frame, timeout: patience) {
      return reply
    }
    connection = nil
    let fresh = try await FrameClient().connect(path: socket)
    let reply = try await fresh.exchange(frame, timeout: patience)
    connection = fresh
    return reply
  }
}

/// What a plane answered, and to which request.
struct PlaneReply: Sendable {
  let body: JSONObject
  let requestDigest: Digest
}

/// As whom the bridge asks: a reader, who is nothing else, so that whoever takes the key from the host can do no more than ask.
struct Reader: Sendable {
  let key: SecretKey
  /// The key's file.
  let path: String
  let trust: FollowedTrust

  /// - Throws: `TrustFault` when the root does not make the key a reader's, or makes it more than that.
  func name(under root: VerifiedTrustRoot) throws -> PrincipalID {
    let holder = root.holder(of: key.publicKey)
    guard let holder, holder.retiredAt == nil, holder.roles == [.reader] else {
      throw TrustFault(
        "the key \(path) (key id \(key.publicKey.keyID)) is, by trust root version \(root.version), "
          + "\(Self.described(holder)); the bridge asks with the key of a reader who is nothing else: "
          + "`planectl trust add-principal NAME --role reader --key NAME.proof.json`, and have it signed")
    }
    return holder.id
  }

  private static func described(_ holder: Principal?) -> String {
    guard let holder else { return "no principal's" }
    let roles = holder.roles.map(\.rawValue).joined(separator: " and ")
    return "that of \(holder.id), \(roles)\(holder.retiredAt == nil ? "" : ", retired")"
  }
}

/// The trust root does not let the bridge do its work.
struct TrustFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
