import PlaneContract
import TestSupport
import Wire

extension PlaneCaller {
  /// A fresh request, signed and not sent.
  func request(_ kind: MessageKind, _ body: JSONObject, to socket: SocketName) throws -> OutgoingRequest {
    try OutgoingRequest(kind, body: body, from: name, to: plane(behind: socket).id, signer: key, now: .now())
  }

  /// Edits the text of an honest request, signs the outcome, sends it, and returns the plane's signed answer.
  func answer(
    to request: OutgoingRequest, on socket: SocketName, editing edit: (String) throws -> String
  ) async throws -> Message {
    let honest = String(decoding: request.envelope.payload, as: UTF8.self)
    let edited = try edit(honest)
    guard edited != honest else { throw ProcessFailure("the edit found nothing to change in \(honest)") }
    return try await answer(to: UnverifiedEnvelope(signing: Array(edited.utf8), as: .message, by: [key]), on: socket)
  }
}
