import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Transport

/// A group of paths. Whoever adds pages makes one of these, and names it in `Bridge`.
protocol BridgeRoutes: Sendable {
  func add(to router: Router<BridgeContext>)
  /// Paths to which something may be sent. Whoever names one bounds what comes there.
  var uploadPaths: Set<String> { get }
}

extension BridgeRoutes {
  var uploadPaths: Set<String> { [] }
}

/// The HTTP server: what a client may take up, and who answers.
struct BridgeServer: Sendable {
  let listen: ListenAddress
  let limits: HTTPLimits
  let routes: [any BridgeRoutes]
  let counters: RequestCounters
  let logger: Logger

  /// - Parameter ready: called once, when clients can connect, with where.
  func service(ready: @escaping @Sendable (_ address: String) -> Void) -> some Service {
    let router = Router(context: BridgeContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
      middleware: RequestGuard(
        counters: counters, uploadPaths: routes.reduce(into: []) { $0.formUnion($1.uploadPaths) }))
    for routes in routes { routes.add(to: router) }
    let path = listen.path.map(ListenPath.init)
    let application = Application(
      router: router,
      server: HTTPServerBuilder { [channel] in
        ConnectionOnItsLoop(connection: HTTP1Channel(responder: $0, configuration: channel))
      },
      configuration: ApplicationConfiguration(
        address: address(path), backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)),
      onServerRunning: { [listen, logger] channel in
        do {
          try path?.take()
          ready(listen.described(port: channel.localAddress?.port))
        } catch {
          // Without a name nobody can ask: the server ends, and the bridge with it.
          logger.critical("the socket cannot be named", metadata: ["error": "\(error)"])
          try? await channel.close()
        }
      },
      logger: logger)
    return ListeningService(application: application, listen: listen, path: path)
  }

  private func address(_ path: ListenPath?) -> BindAddress {
    switch listen {
    case .tcp(let host, let port): .hostname(host, port: port)
    case .unix(let given): .unixDomainSocket(path: path?.boundPath ?? given)
    }
  }

  private var channel: HTTP1Channel.Configuration {
    let patience = TimeAmount(limits.patience)
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [UnreadAnswerHandler(patience: patience)], idleTimeout: patience,
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: HTTPLimits.headerBytes, maxHeaderListSize: HTTPLimits.headerBytes,
        maxHeaderFieldCount: HTTPLimits.headerCount))
  }
}

/// Serves at its address, and leaves it as it was.
private struct ListeningService<Application: Service>: Service {
  let application: Application
  let listen: ListenAddress
  let path: ListenPath?

  /// - Throws: `ListenFault` where it cannot listen.
  func run() async throws {
    defer { path?.leave() }
    do {
      try path?.makeRoom()
      try await application.run()
    } catch let error as TransportError { throw ListenFault(error) } catch let error as IOError {
      throw ListenFault(error, at: listen)
    }
  }
}
