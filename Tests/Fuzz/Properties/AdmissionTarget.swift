import Attestations
import PlaneContract
import Signing
import Wire

extension FuzzTarget {
  /// Input: the payload of a message, which is signed as the principal whom it names would.
  static let admission = FuzzTarget("admission") { payload in
    let house = try FuzzHouse.only.get()
    let claimed = try Claim(payload)
    let envelope = try UnverifiedEnvelope(signing: payload, as: .message, by: [house.key(claimed.from)])
    var accepted = false
    for socket in [claimed.socket, .submit] {
      let door = Door(house: house, socket: socket)
      guard let request = try door.admit(envelope) else { continue }
      try door.check(request, envelope)
      let stolen = try UnverifiedEnvelope(signing: payload, as: .message, by: [house.key("stranger")])
      try promise(door.admit(stolen) == nil, "another key's signature admits nothing")
      accepted = true
    }
    return accepted
  }
}

/// What a payload says of itself, good for choosing a key to sign it with and a socket to send it to.
private struct Claim {
  /// Somebody of the house.
  let from: String
  let socket: SocketName

  init(_ payload: [UInt8]) throws {
    let object = (try? StrictJSON.parse(payload))?.object
    let name = object?["from"]?.string ?? ""
    from = try FuzzHouse.only.get().holds(name) ? name : "stranger"
    let kind = object?["kind"]?.string.flatMap(MessageKind.init(rawValue:))
    let fitting = SocketName.allCases.first { socket in
      object?["to"]?.string == socket.plane.planeName
        && kind.map { !Permissions.roles(for: $0, on: socket).isEmpty } == true
    }
    socket = fitting ?? .deploy
  }
}

/// One socket of one plane, and what is promised of whatever passes it.
private struct Door {
  let house: FuzzHouse
  let socket: SocketName

  private var plane: PrincipalID { PrincipalID(checked: socket.plane.planeName) }

  func admit(_ envelope: UnverifiedEnvelope) throws -> AdmittedRequest? {
    let admission = Admission(plane: plane, root: house.root)
    do throws(AdmissionFailure) {
      return try admission.admit(envelope.serialized, on: socket, now: FuzzHouse.now)
    } catch {
      switch error {
      case .unanswerable(let problem): throw BrokenPromise(description: "a sound envelope can be answered: \(problem)")
      case .refused(_, let address, let sender):
        try promise(address.requestDigest == envelope.payloadDigest, "a refusal names the request that it refuses")
        guard let sender else { return nil }
        let key = try house.key(sender.text).publicKey
        try promise(
          (try? envelope.verified(as: .message, by: [key])) != nil,
          "a refusal names a sender only when the signature is that sender's")
        return nil
      }
    }
  }

  func check(_ request: AdmittedRequest, _ envelope: UnverifiedEnvelope) throws {
    let message = request.message
    let roles = Permissions.roles(for: request.kind, on: socket)
    try promise(roles.contains(where: request.sender.holds), "the sender holds a role that may send this here")
    try promise(request.sender.id == message.from && message.to == plane, "from the sender, to this plane")
    try promise(request.kind.rawValue == message.kind && request.socket == socket, "the kind is the message's")
    try promise(request.verified.digest == envelope.payloadDigest, "the digest is the payload's")
    let life = message.expiresAt.seconds(since: message.issuedAt)
    try promise((0...(request.kind.isQuery ? 60 : 300)).contains(life), "a message lives no longer than its kind")
    let clock = FuzzHouse.now
    try promise(message.issuedAt <= clock.adding(seconds: 30), "nothing is dated ahead by more than the skew")
    try promise(message.expiresAt >= clock.adding(seconds: -30), "nothing has expired by more than the skew")
    try BodyRules.check(message)
  }
}
