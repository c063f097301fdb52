import Hummingbird
import NIOCore

/// What goes with a request through the routes.
struct BridgeContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// Reads nothing more from this client; what was asked is answered, and then the connection ends.
  func stopReading() { channel.close(mode: .input, promise: nil) }
}
