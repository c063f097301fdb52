import Foundation
import Glibc
import Signing
import Wire

/// Something that listens where a plane should, and answers one frame a connection as the test says.
final class FakePlane: Sendable {
  /// Takes the request's envelope and gives the frame to answer with; nil hangs up.
  typealias Answer = @Sendable (UnverifiedMessage) throws -> [UInt8]?

  /// Takes the place of what listened there. Listens before it returns; serves as many connections as there are answers.
  init(socket path: String, answers: [Answer]) throws {
    unlink(path)
    let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let isListening = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 4) == 0
      }
    }
    guard isListening else { throw CannotListen(path: path, code: errno) }
    Thread.detachNewThread {
      for answer in answers { Self.serve(accept(listener, nil, nil), answer) }
      close(listener)
    }
  }

  /// The signed `.result` of the plane that the request is to.
  static func reply(
    to request: UnverifiedMessage, kind: String? = nil, body: JSONObject, signedBy key: SecretKey
  ) throws -> [UInt8] {
    let claimed = request.claimed
    let header = MessageHeader(
      id: .random(), kind: kind ?? "\(claimed.kind).result", from: claimed.to, to: claimed.from, issuedAt: .now(),
      expiresAt: Timestamp.now().adding(seconds: 60), inReplyTo: claimed.id,
      requestDigest: request.envelope.payloadDigest)
    return try header.signed(carrying: body, by: key).serialized
  }

  private struct CannotListen: Error {
    let path: String
    let code: Int32
  }

  private static func serve(_ connection: Int32, _ answer: Answer) {
    defer { close(connection) }
    guard let head = read(4, from: connection) else { return }
    let length = head.reduce(0) { $0 << 8 | Int($1) }
    guard let frame = read(length, from: connection),
      let envelope = try? UnverifiedEnvelope(parsing: frame, maximumPayload: Message.maximumPayload),
      let message = try? UnverifiedMessage(envelope), let reply = try? answer(message)
    else { return }
    let size = UInt32(reply.count)
    let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + reply
    _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  private static func read(_ count: Int, from connection: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, Int32(MSG_WAITALL)) }
    return got == count ? bytes : nil
  }
}
