/// Tells the courier that there may be something to deliver. Raising it twice before it looks is once.
package final class CourierWake: Sendable {
  let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() { (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  package func raise() { continuation.yield() }
}
