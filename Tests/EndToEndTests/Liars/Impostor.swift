import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import Synchronization
import TestSupport
import Transport
import Wire

/// A plane's sockets in the attacker's hands: the plane is dead, and whoever asks is answered with its real key.
struct Impostor: FrameHandler {
  /// The body of the `.result`; nil hangs up, a `Refusal` is answered as one.
  typealias Answer = @Sendable (_ question: Message) throws -> JSONObject?

  let key: SecretKey
  let asked: Questions
  let answer: Answer

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    guard let envelope = try? UnverifiedEnvelope(parsing: frame, maximumPayload: Message.maximumPayload),
      let question = try? UnverifiedMessage(envelope).claimed, let reply = try? reply(to: question, in: envelope)
    else { return .now(.close("a lie without words")) }
    asked.add(question)
    return .now(.reply(reply))
  }

  private func reply(to question: Message, in envelope: UnverifiedEnvelope) throws -> [UInt8]? {
    do { return try answer(question).map { try result($0, of: question, in: envelope) } } catch let no as Refusal {
      let address = ReplyAddress(to: question.from, inReplyTo: question.id, requestDigest: envelope.payloadDigest)
      return try ReplyWriter(plane: question.to, signer: key).error(no, to: address, now: .now())
    }
  }

  private func result(_ body: JSONObject, of question: Message, in envelope: UnverifiedEnvelope) throws -> [UInt8] {
    let header = MessageHeader(
      id: .random(), kind: "\(question.kind).result", from: question.to, to: question.from, issuedAt: .now(),
      expiresAt: Timestamp.now().adding(seconds: 60), inReplyTo: question.id, requestDigest: envelope.payloadDigest)
    return try header.signed(carrying: body, by: key).serialized
  }
}

/// What an impostor has answered so far.
final class Questions: Sendable {
  private let senders = Mutex<[(kind: String, from: String)]>([])

  fileprivate func add(_ question: Message) { senders.withLock { $0.append((question.kind, question.from.text)) } }

  /// Questions of one kind, by one sender or by anybody.
  func count(_ kind: MessageKind, from sender: String? = nil) -> Int {
    senders.withLock { $0.count { $0.kind == kind.rawValue && $0.from == sender ?? $0.from } }
  }
}

extension DaemonFixture {
  /// Kills the plane and answers on its sockets while `body` runs; afterwards the real one is back.
  func impersonating(
    _ plane: Role, _ answer: @escaping Impostor.Answer, while body: (_ asked: Questions) async throws -> Void
  ) async throws {
    try await kill(plane)
    let asked = Questions()
    let impostor = Impostor(key: try home.key(plane.planeName), asked: asked, answer: answer)
    let server = SocketServer()
    for socket in SocketName.sockets(of: plane) {
      try server.bind(name: socket.rawValue, target: .path(home.socket(socket)), handler: impostor)
    }
    async let serving: Void = server.run()
    do { try await body(asked) } catch {
      server.shutdown()
      try await serving
      throw error
    }
    server.shutdown()
    try await serving
    try await start(plane)
  }
}
