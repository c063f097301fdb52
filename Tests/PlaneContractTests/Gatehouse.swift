import Attestations
import PlaneContract
import Signing
import TestSupport
import Wire

/// A house, what its members send, and the planes that judge it.
struct Gatehouse {
  static let now = TestHouse.epoch

  let house: TestHouse

  init() throws { house = try TestHouse() }

  /// Who holds each role.
  static let holders: [Role: String] = [
    .submitter: "trainer", .approver: "alice", .deployer: "ci", .monitor: "metrics", .reader: "bridge",
    .training: "training-plane", .governance: "governance-plane", .serving: "serving-plane",
  ]

  func message(
    _ kind: String, from: String, to: String, issuedAt: Timestamp = now, life: Int = 30, body: JSONObject = [:]
  ) -> Message {
    Message(
      MessageHeader(
        id: .random(), kind: kind, from: PrincipalID(checked: from), to: PrincipalID(checked: to), issuedAt: issuedAt,
        expiresAt: issuedAt.adding(seconds: life)),
      body: body)
  }

  func frame(_ message: Message, signedBy signer: String? = nil) throws -> [UInt8] {
    try message.signed(by: house.key(signer ?? message.from.text)).serialized
  }

  func admit(_ frame: [UInt8], on socket: SocketName, now: Timestamp = now) throws(AdmissionFailure) -> AdmittedRequest
  {
    let plane = PrincipalID(checked: socket.plane.planeName)
    return try Admission(plane: plane, root: house.root).admit(frame, on: socket, now: now)
  }

  /// What an honest deployer sends to ask whether a model may run.
  func question() -> Message { message("model.authorize", from: "ci", to: "serving-plane", body: ["model_id": "m"]) }
}

extension AdmissionFailure {
  var refusal: Refusal? { if case .refused(let refusal, to: _, sender: _) = self { refusal } else { nil } }
  var sender: PrincipalID? { if case .refused(_, to: _, let sender) = self { sender } else { nil } }
  var address: ReplyAddress? { if case .refused(_, let address, sender: _) = self { address } else { nil } }
}
