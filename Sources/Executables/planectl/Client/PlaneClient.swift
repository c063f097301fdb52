import Attestations
import PlaneContract
import Transport
import Wire

/// One plane, and the sockets through which a caller may reach it.
struct PlaneClient: Sendable {
  /// How long an answer may take unless the caller knows better.
  static let patience = Duration.seconds(30)
  /// A crowded plane closes connections that have asked nothing yet. What changes nothing is then asked again.
  private static let repeats = 3

  let plane: Principal
  let sockets: [String]
  let identity: Identity
  let clocks: PlaneClocks
  /// What to do when no socket opens.
  let awayHint: String

  /// One request, one verified answer. A plane whose clock differs says its time, and is asked once more in that time.
  func ask(_ kind: MessageKind, _ body: JSONObject, timeout: Duration) async throws -> JSONObject {
    do {
      return try await attempt(kind, body, now: clocks.now(at: plane.id), timeout: timeout)
    } catch let refusal as Refusal {
      guard refusal.code == .expiredMessage, let planeTime = refusal.now else { throw refusal }
      let offset = planeTime.seconds(since: .now())
      clocks.correct(plane.id, to: planeTime)
      Console.message("this clock and \(plane.id)'s differ by \(offset) s; signing again in its time")
      return try await attempt(kind, body, now: planeTime, timeout: timeout)
    }
  }

  private func attempt(
    _ kind: MessageKind, _ body: JSONObject, now: Timestamp, timeout: Duration, repeats: Int = Self.repeats
  ) async throws -> JSONObject {
    let request = try OutgoingRequest(
      kind, body: body, from: identity.principal.id, to: plane.id, signer: identity.signer, now: now)
    let (connection, path) = try await connect()
    let reply: [UInt8]
    do { reply = try await connection.exchange(request.frame, timeout: timeout) } catch let error as TransportError {
      // A revocation is the same however often it comes, and must not be left to the chance of a crowded socket.
      guard kind.isQuery || kind == .modelRevoke, case .closedByPeer = error, repeats > 0 else {
        throw failure(error, path)
      }
      return try await attempt(kind, body, now: now, timeout: timeout, repeats: repeats - 1)
    }
    await connection.close()
    return try request.result(of: reply, from: plane)
  }

  /// The first socket that opens; when none does, the failure of the first.
  private func connect() async throws -> (FrameConnection, String) {
    var failures: [Failure] = []
    for path in sockets {
      do { return (try await FrameClient().connect(path: path), path) } catch let error as TransportError {
        failures.append(failure(error, path))
      }
    }
    throw failures.first ?? Failure.refused("\(identity.principal.id) may send this to no socket of \(plane.id)")
  }

  private func failure(_ error: TransportError, _ path: String) -> Failure {
    switch error {
    case .unreachable(_, let reason):
      Failure(
        .unreachable, "cannot reach \(plane.id) at \(path): \(reason)",
        hint: SocketAccess.isForbidden(path) ? SocketAccess.joinHint(path) : awayHint)
    case .timedOut:
      Failure(
        .unreachable, "\(plane.id) has not answered at \(path) in time; the request may still take effect",
        hint: "ask again: what is done already is not done twice")
    case .closedByPeer:
      Failure(
        .unreachable, "\(plane.id) at \(path) closed the connection without an answer", hint: "its log says why")
    default: Failure(.refused, "\(error)")
    }
  }
}
