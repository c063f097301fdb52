import Attestations
import Daemon
import Ledger
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import Synchronization
import TestSupport
import Testing
import Transport
import Wire

/// A plane that does nothing but hand on what is in its outbox.
private struct SendingPlane: Plane {
  static let role = Role.governance
  static let applicationID: Int32 = 1
  static let peer: (configKey: String, role: Role) = ("serving_socket", .serving)
  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables), PlaneSchema.merkleLog(2),
  ]
  static let evidencedTables: [EvidencedTable] = []

  init(context _: PlaneContext, config _: ConfigSection) async throws {}
  let routes: [Route] = []
  let services: [any Service] = []
  func health() throws -> (String, JSONObject) { ("ok", [:]) }
}

@Suite struct CourierTests {
  let house: TestHouse
  let plane: TestPlane

  init() async throws {
    house = try TestHouse()
    plane = try await TestPlane(SendingPlane.self, in: house) { _ in [] }
  }

  private func enqueue(_ kind: MessageKind, _ names: [String]) async throws {
    try await plane.context.commit { [context = plane.context] database in
      for name in names {
        let body: JSONObject = ["name": .string(name)]
        try context.outbox.enqueue(
          kind: kind.rawValue, digest: Digest(hashing: Array(name.utf8)), body: body.serialized(),
          nowMicroseconds: context.clock.now().microseconds, in: database)
      }
    }
  }

  /// Runs the courier against `peer` for as long as `body` takes.
  private func delivering(
    to peer: HeldPeer, holdingBack: @escaping @Sendable (MessageKind) -> Bool = { _ in false },
    _ body: () async throws -> Void
  ) async throws {
    let path = "\(plane.directory.path)/peer.sock"
    let server = SocketServer()
    try server.bind(name: "control.sock", target: .path(path, group: nil), handler: peer)
    let courier = Courier(context: plane.context, peer: .serving, socketPath: path, holdsBack: holdingBack)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { try await courier.run() }
      try await body()
      group.cancelAll()
    }
  }

  private func counts() throws -> (pending: Int, parked: Int) {
    try plane.context.database.readNow {
      (try plane.context.outbox.pendingCount(in: $0), try plane.context.outbox.parkedCount(in: $0))
    }
  }

  private func untilNothingWaits() async throws {
    try await pollUntil("the outbox is empty") { try counts().pending == 0 }
  }

  @Test func deliveriesDoNotWaitForEachOther() async throws {
    try await enqueue(.approvalPublish, (0..<40).map { "approval \($0)" })
    let peer = HeldPeer(house, clock: plane.clock)
    try await delivering(to: peer) {
      // None is answered before several have come.
      try await pollUntil("several have come") { peer.arrived.count >= 8 }
      #expect(try counts().pending == 40)
      peer.release(.approvalPublish)
      try await untilNothingWaits()
    }
    #expect(peer.arrived.count == 40)
  }

  @Test func revocationIsToldBeforeAndApartFromWhatWaitedLonger() async throws {
    try await enqueue(.approvalPublish, (0..<10).map { "approval \($0)" })
    try await enqueue(.revocationPublish, ["revocation"])
    let peer = HeldPeer(house, clock: plane.clock)
    try await delivering(to: peer) {
      try await pollUntil("something has come") { !peer.arrived.isEmpty }
      peer.release(.approvalPublish)
      #expect(peer.arrived == [.revocationPublish])
      peer.release(.revocationPublish)
      try await untilNothingWaits()
    }
    #expect(peer.arrived.count == 11)
    #expect(peer.arrived.first == .revocationPublish)
  }

  @Test func whatIsNotFitToBeSentYetWaitsAndARevocationDoesNot() async throws {
    try await enqueue(.approvalPublish, ["approval"])
    try await enqueue(.revocationPublish, ["revocation"])
    let peer = HeldPeer(house, clock: plane.clock)
    peer.release(.approvalPublish)
    peer.release(.revocationPublish)
    let isHeld = Mutex(true)
    try await delivering(to: peer, holdingBack: { _ in isHeld.withLock(\.self) }) {
      try await pollUntil("the revocation has come") { try counts().pending == 1 }
      #expect(peer.arrived == [.revocationPublish])
      isHeld.withLock { $0 = false }
      try await untilNothingWaits()
    }
  }

  @Test func refusalOfOneIsKeptAsideAndTheOthersArrive() async throws {
    try await enqueue(.approvalPublish, ["good", "bad", "also good"])
    let peer = HeldPeer(house, clock: plane.clock) { body in
      body["name"]?.string == "bad" ? Refusal(.policyFailed, "no") : nil
    }
    peer.release(.approvalPublish)
    try await delivering(to: peer) { try await untilNothingWaits() }
    #expect(try counts().parked == 1)
    #expect(try await plane.evidence(.outboxParked).map { $0["code"]?.string } == ["policy_failed"])
  }

  @Test func whatAPeerRefusesThatDoesNotKnowThisPlanesNewKeyYetWaitsAndIsNotLost() async throws {
    try await enqueue(.approvalPublish, ["one"])
    let peer = HeldPeer(house, clock: plane.clock) { _ in Refusal(.unauthenticated, "who are you?") }
    peer.release(.approvalPublish)
    try await delivering(to: peer) { try await pollUntil("it has been tried") { !peer.arrived.isEmpty } }
    #expect(try counts() == (1, 0))
  }

  @Test func whatThePeerCannotAnswerNowWaitsAndIsNotLost() async throws {
    try await enqueue(.approvalPublish, ["one", "two", "three"])
    let peer = HeldPeer(house, clock: plane.clock) { _ in Refusal(.overloaded, "later") }
    peer.release(.approvalPublish)
    try await delivering(to: peer) {
      try await pollUntil("every one has been tried") { peer.arrived.count >= 3 }
    }
    #expect(try counts() == (3, 0))
    #expect(try await plane.waiting(.approvalPublish).count == 3)
  }
}
