import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Peers that misuse frames and connections, on the sockets of real planes. Everybody else is served all the while.
@Suite("Frames and connections that would use a plane up", .serialized, .runningPlanes)
struct FrameAttackTests {
  /// In KiB: far more than a plane takes on a quiet day, far less than these attacks cost one without bounds.
  private static let muchMemory = 200 << 10

  let stage: Stage
  let bystanders: Bystanders
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    bystanders = try Bystanders(stage)
  }

  @Test("10,000 connections opened and left")
  func tenThousandConnections() async throws {
    let socket = SocketName.deploy
    let room = try raiseDescriptorLimit() - 500
    try await bystanders.areServed {
      var crowd: [RawSocket] = []
      for _ in 0..<10_000 {
        // Where this process may not hold them all, the eldest go, which the plane has left long ago.
        if crowd.count == room { crowd.removeFirst(room / 2) }
        crowd.append(try await RawSocket.waiting(for: planes.home.socket(socket)))
      }
      let held = try ProcessResources(of: socket.plane, in: planes)
      #expect(held.descriptors < 200, "a crowd of one user is bounded")
      #expect(held.peakKiB < Self.muchMemory)
      return crowd
    }
  }

  @Test("A frame dribbled byte by byte, and a reader that never reads: both are dropped at the deadline")
  func dribblerAndDeafReader() async throws {
    let ci = try stage.caller("ci")
    let status = try OutgoingRequest(
      .planeStatus, body: [:], from: ci.name, to: ci.plane(behind: .deploy).id, signer: ci.key, now: .now())
    let requests = Array(repeatElement(wire(status.frame), count: 500).joined())
    try await bystanders.areServed {
      let dribblers = try [SocketName.deploy, .servingRead, .approve].map { try RawSocket(planes.home.socket($0)) }
      let deaf = try RawSocket(planes.home.socket(.deploy))
      for dribbler in dribblers { dribbler.send([0, 16, 0, 0]) }
      // It goes on asking for as long as the plane goes on reading, and reads nothing.
      try await pollUntil("the slow ones are dropped") {
        deaf.send(requests)
        for dribbler in dribblers { dribbler.send([0x20]) }
        return deaf.isHungUp && dribblers.allSatisfy(\.isHungUp)
      }
    }
    #expect(try ProcessResources(of: .serving, in: planes).peakKiB < Self.muchMemory)
  }

  @Test("A frame that ends halfway, on every socket", arguments: SocketName.allCases)
  func truncatedFrame(_ socket: SocketName) async throws {
    let ci = try stage.caller("ci")
    let whole = try OutgoingRequest(
      .planeStatus, body: [:], from: ci.name, to: ci.plane(behind: socket).id, signer: ci.key, now: .now())
    try await bystanders.areServed {
      for length in [1, 3, 4, 5, wire(whole.frame).count - 1] {
        let peer = try RawSocket(planes.home.socket(socket))
        peer.send(wire(whole.frame).prefix(length))
        peer.endInput()
        #expect(try await peer.receivedBeforeClose().isEmpty, "\(length) bytes of a frame are answered by nothing")
      }
    }
  }

  @Test("1,000 requests in flight on one connection are all answered, each with its own answer")
  func thousandRequests() async throws {
    let ci = try stage.caller("ci")
    let plane = try ci.plane(behind: .deploy)
    let question = GateQuestion(
      modelID: stage.steady.id, environment: EnvironmentName(checked: "staging"), scope: nil)
    // One half is answered at once, the other by a task.
    let asked: [(MessageKind, JSONObject)] = [
      (.modelAuthorize, ModelAuthorize(question: question).fields), (.planeStatus, [:]),
    ]
    let requests = try (0..<1000).map { number in
      let (kind, body) = asked[number % 2]
      return try OutgoingRequest(kind, body: body, from: ci.name, to: plane.id, signer: ci.key, now: .now())
    }
    try await bystanders.areServed {
      let peer = try RawSocket(planes.home.socket(.deploy))
      var received: [UInt8] = []
      try await peer.sendAll(requests.flatMap { wire($0.frame) }, received: &received)
      var answers: [Digest: [UInt8]] = [:]
      try await pollUntil("1,000 answers") {
        received += peer.receiveSome() ?? []
        while let frame = takeFrame(from: &received) { answers[try requestDigest(of: frame)] = frame }
        return answers.count == 1000
      }
      for request in requests {
        let answer = try #require(answers[request.envelope.payloadDigest])
        _ = try request.result(of: answer, from: plane)
      }
    }
    #expect(try ProcessResources(of: .serving, in: planes).peakKiB < Self.muchMemory)
  }

  @Test("A flood of the largest messages in another's name, each of which must be read to be refused")
  func floodOfForgeries() async throws {
    let forger = PlaneCaller(name: PrincipalID(checked: "ci"), key: try SecretKey.generate(), home: planes.home)
    let padding = JSONValue.array(Array(repeating: .array([0, "x", .null]), count: 30_000))
    let forgery = try OutgoingRequest(
      .modelAuthorize, body: ["model_id": padding], from: forger.name, to: forger.plane(behind: .servingRead).id,
      signer: forger.key, now: .now())
    let flood = wire(forgery.frame)
    try await bystanders.areServed {
      try await withThrowingTaskGroup { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<4 {
              let peer = try await RawSocket.waiting(for: planes.home.socket(.servingRead))
              var received: [UInt8] = []
              try await peer.sendAll(flood, received: &received)
              _ = try await peer.receivedBeforeClose()
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  private func requestDigest(of frame: [UInt8]) throws -> Digest {
    let envelope = try UnverifiedEnvelope(parsing: frame, maximumPayload: Message.maximumPayload)
    return try #require(try UnverifiedMessage(envelope).claimed.header.requestDigest)
  }
}
