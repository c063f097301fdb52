import Attestations
import PlaneContract
import Signing
import Wire

/// A principal with a key and a connection to each socket; one request at a time, every reply verified.
final class Caller {
  /// Milliseconds; more than a minute together.
  private static let pauses: [CInt] = [10, 20, 40, 80] + Array(repeating: 160, count: 400)

  let name: PrincipalID
  let key: SecretKey
  private let home: Home
  private var connections: [SocketName: BlockingConnection] = [:]
  /// Requests that were asked again, because what they need had not arrived from the plane before.
  private(set) var retries = 0

  init(_ name: String, of home: Home) throws {
    self.name = PrincipalID(checked: name)
    self.home = home
    key = try home.key(name)
  }

  /// Throws `Refusal` when the plane says no.
  func ask(_ kind: MessageKind, _ body: JSONObject, on socket: SocketName) throws -> JSONObject {
    guard let plane = home.root.plane(socket.plane) else { throw BenchError("the root names no \(socket.plane)") }
    let connection = try connection(to: socket)
    let request = try OutgoingRequest(kind, body: body, from: name, to: plane.id, signer: key, now: .now())
    try connection.send(request.frame)
    return try request.result(of: try connection.receive(), from: plane)
  }

  /// The same, asked again while the plane answers `code` or is overloaded, each time after a longer pause.
  func ask(
    _ kind: MessageKind, _ body: JSONObject, on socket: SocketName, while code: ErrorCode
  ) throws -> JSONObject {
    for pause in Self.pauses {
      do { return try ask(kind, body, on: socket) } catch let refusal as Refusal
        where refusal.code == code || refusal.code == .overloaded
      {
        retries += 1
        Pause.milliseconds(pause)
      }
    }
    return try ask(kind, body, on: socket)
  }

  func status(on socket: SocketName) throws -> PlaneStatus { try PlaneStatus(ask(.planeStatus, [:], on: socket)) }

  private func connection(to socket: SocketName) throws -> BlockingConnection {
    if let known = connections[socket] { return known }
    let new = try BlockingConnection(home.socket(socket))
    connections[socket] = new
    return new
  }
}
