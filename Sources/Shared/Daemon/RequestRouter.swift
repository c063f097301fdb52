import Attestations
import Ledger
import Logging
import PlaneContract
import Storage
import Transport
import Wire

/// From a frame to a signed reply, in the one order of this project: bound and decode, authenticate, authorise (all in
/// `Admission`), refuse replays, then the plane's own handler. Refusals of authenticated senders leave evidence.
package final class RequestRouter: Sendable {
  private let context: PlaneContext
  private let writer: ReplyWriter
  private let routes: [MessageKind: Route]
  private let replays = MemoryReplayGuard()
  private let audience: SocketAudience?

  /// - Parameter audience: nil lets in whoever could open the socket.
  package init(context: PlaneContext, routes: [Route], audience: SocketAudience? = nil) {
    self.context = context
    self.audience = audience
    writer = ReplyWriter(plane: context.principal.id, signer: context.signer)
    self.routes = Dictionary(routes.map { ($0.kind, $0) }) { first, _ in first }
  }

  /// The handler of one of the plane's sockets.
  package func handler(of socket: SocketName) -> any FrameHandler { SocketHandler(router: self, socket: socket) }

  fileprivate func handle(_ frame: [UInt8], on socket: SocketName, from peer: PeerCredentials) -> FrameHandling {
    guard audience?.admits(peer.uid, on: socket) ?? true else { return shutOut(peer, socket) }
    let admission = Admission(plane: context.principal.id, root: context.root)
    do throws(AdmissionFailure) {
      return answer(try admission.admit(frame, on: socket, from: peer.uid, now: context.clock.now()))
    } catch {
      switch error {
      case .unanswerable(let problem): return .now(.close(problem))
      case .refused(let refusal, let address, let sender):
        return .later { [self] in
          await turnAway(refusal, to: address, sender: sender, socket: socket, peerUID: peer.uid)
        }
      }
    }
  }

  private func answer(_ request: AdmittedRequest) -> FrameHandling {
    do {
      guard replays.accept(request.message.id, of: request.sender.id) else {
        throw ReplayRefusal.replayed
      }
      guard let route = routes[request.kind] else {
        throw Refusal(.unsupported, "\(request.kind.rawValue) is not answered by this version")
      }
      switch route.handler {
      case .query(let query): return try answer(query(request), of: request)
      case .change(let perform):
        return later(request) { [context] in
          // Before the work that goes before a commit, which asks once more.
          try context.database.readNow { try context.requireMayAddPermission(by: request.kind, in: $0) }
          return try await perform(request)
        }
      }
    } catch {
      return later(request) { throw error }
    }
  }

  private func answer(_ answer: Route.Answer, of request: AdmittedRequest) throws -> FrameHandling {
    switch answer {
    case .now(let body): .now(.reply(try granted(body, request)))
    case .later(let work): later(request, work)
    }
  }

  /// The reply, if a frame takes it: the client is told rather than cut off.
  private func granted(_ body: some JSONWritable, _ request: AdmittedRequest) throws -> [UInt8] {
    let frame = try writer.result(body, of: request, now: context.clock.now())
    guard frame.count <= TransportLimits().maxFrameBytes else {
      throw Refusal(.internal, "the answer has \(frame.count) bytes, more than a frame takes; ask for less at a time")
    }
    return frame
  }

  private func later(_ request: AdmittedRequest, _ work: @escaping @Sendable () async throws -> any JSONWritable)
    -> FrameHandling
  {
    .later { [self] in
      do {
        return .reply(try granted(await work(), request))
      } catch {
        return await refuse(request, error)
      }
    }
  }
}

// Refusing.
extension RequestRouter {
  /// A request that was admitted and then not granted: the connection stays.
  private func refuse(_ request: AdmittedRequest, _ error: any Error) async -> FrameAnswer {
    let refusal = Refusal(explaining: error, now: context.clock.now(), logger: context.logger)
    if !Self.isAnswer(refusal, to: request.kind) {
      await record(
        refusal, of: request.sender.id, kind: request.kind.rawValue, about: request.message.body,
        address: ReplyAddress(request), peerUID: request.peerUID)
    }
    return reply(refusal, to: ReplyAddress(request)).map { .reply($0) } ?? .close("a reply could not be signed")
  }

  /// That there is no such thing answers a question and refuses nobody: reading leaves no evidence.
  private static func isAnswer(_ refusal: Refusal, to kind: MessageKind) -> Bool {
    kind.isQuery && refusal.code == .notFound
  }

  /// A process that has no business on this socket is not read, whatever it can sign.
  private func shutOut(_ peer: PeerCredentials, _ socket: SocketName) -> FrameHandling {
    .later { [self] in
      await context.refusals.countUnauthenticated(at: context.clock.now())
      return .close("\(socket.fileName) is not for user \(peer.uid) (allow_uids)")
    }
  }

  /// A request that was not admitted: answered, and the connection closed.
  private func turnAway(
    _ refusal: Refusal, to address: ReplyAddress, sender: PrincipalID?, socket: SocketName, peerUID: UInt32
  ) async -> FrameAnswer {
    if let sender {
      await record(refusal, of: sender, kind: socket.fileName, address: address, peerUID: peerUID)
    } else {
      await context.refusals.countUnauthenticated(at: context.clock.now())
    }
    return reply(refusal, to: address).map { .replyAndClose($0) } ?? .close("a reply could not be signed")
  }

  private func reply(_ refusal: Refusal, to address: ReplyAddress) -> [UInt8]? {
    try? writer.error(refusal, to: address, now: context.clock.now())
  }

  /// Evidence of a refusal must not turn the refusal into something else: a full disk is logged, the answer stands.
  private func record(
    _ refusal: Refusal, of sender: PrincipalID, kind: String, about body: JSONObject = [:], address: ReplyAddress,
    peerUID: UInt32?
  ) async {
    let refused = RefusedRequest(
      principal: sender.text, kind: kind, code: refusal.code.rawValue, reason: refusal.message,
      model: body["model_id"]?.string.flatMap(ModelID.init),
      environment: body["environment"]?.string.flatMap(EnvironmentName.init),
      requestDigest: address.requestDigest, peerUID: peerUID)
    do { try await context.refusals.record(refused, at: context.clock.now()) } catch {
      context.logger.error("a refusal could not be recorded", metadata: ["error": "\(error)", "sender": "\(sender)"])
    }
  }
}

private struct SocketHandler: FrameHandler {
  let router: RequestRouter
  let socket: SocketName

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    router.handle(frame, on: socket, from: peer)
  }
}

extension Refusal {
  /// The reply that an error becomes. What is nobody's fault but ours is logged in full and told in general.
  init(explaining error: any Error, now: Timestamp, logger: Logger) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let error as FieldError: self.init(.invalidRequest, "\(error)")
    case let error as AttestationError: self.init(.policyFailed, "\(error)")
    case let error as ReplayRefusal: self.init(error == .replayed ? .replayed : .expiredMessage, "\(error)", now: now)
    case StorageError.overloaded(let what): self.init(.overloaded, "\(what); try again later")
    case let error as StorageError: self.init(.unavailable, "\(error)")
    default:
      logger.error("a request failed", metadata: ["error": "\(error)"])
      self.init(.internal, "the plane failed to answer; its log says why")
    }
  }
}
