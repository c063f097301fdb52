import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

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
    return Application(
      router: router,
      server: HTTPServerBuilder { [channel] in
        ConnectionOnItsLoop(connection: HTTP1Channel(responder: $0, configuration: channel))
      },
      configuration: ApplicationConfiguration(
        address: address, backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)),
      onServerRunning: { [listen] channel in ready(listen.described(port: channel.localAddress?.port)) },
      logger: logger)
  }

  private var address: BindAddress {
    switch listen {
    case .tcp(let host, let port): .hostname(host, port: port)
    case .unix(let path): .unixDomainSocket(path: path)
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
