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

/// As whom the bridge asks.
struct Reader: Sendable {
  let key: SecretKey
  let trust: FollowedTrust

  /// - Throws: `TrustFault` when the root does not make the key a reader's.
  func name(under root: VerifiedTrustRoot) throws -> PrincipalID {
    guard let principal = root.holder(of: key.publicKey), principal.holds(.reader) else {
      throw TrustFault("trust root version \(root.version) does not give the bridge's key the role reader")
    }
    return principal.id
  }
}

/// The trust root does not let the bridge do its work.
struct TrustFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
