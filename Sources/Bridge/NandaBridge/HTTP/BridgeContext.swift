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

  /// As long as the client is there, and no longer than a duration.
  func patience(_ duration: Duration) -> Patience { Patience(duration) { [channel] in channel.isActive } }

  /// Reads nothing more from this client; what was asked is answered, and then the connection ends.
  func stopReading() { channel.close(mode: .input, promise: nil) }

  /// Passes over what still comes of the request, so that the client gets to reading its answer, and ends the connection after a time.
  func passOver(within limit: TimeAmount) {
    channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
  }
}
