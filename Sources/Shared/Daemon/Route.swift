import PlaneContract
import Wire

/// How a plane answers one kind of message. What a handler throws becomes the `error` reply.
package struct Route: Sendable {
  package enum Answer: Sendable {
    /// Ready on the event loop, from memory.
    case now(any JSONWritable)
    /// Needs the database or other work.
    case later(@Sendable () async throws -> any JSONWritable)
  }

  enum Handler: Sendable {
    case query(@Sendable (AdmittedRequest) throws -> Answer)
    case change(@Sendable (AdmittedRequest) async throws -> JSONObject)
  }

  let kind: MessageKind
  let handler: Handler

  /// A query must not block and must not change state.
  package static func query(
    _ kind: MessageKind, _ answer: @escaping @Sendable (AdmittedRequest) throws -> Answer
  ) -> Route {
    Route(kind: kind, handler: .query(answer))
  }

  /// A change must commit through `PlaneContext.commit(for:)`, which records the message's id with the effect.
  package static func change(
    _ kind: MessageKind, _ perform: @escaping @Sendable (AdmittedRequest) async throws -> JSONObject
  ) -> Route {
    Route(kind: kind, handler: .change(perform))
  }
}
