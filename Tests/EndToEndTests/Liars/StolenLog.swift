import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The log of a plane in the attacker's hands, as far as its first witness has seen it: to be shown otherwise from here on. The plane itself is
/// dead, so that nobody else goes on with it.
struct StolenLog {
  let plane: Role
  let origin: EvidenceOrigin
  let key: SecretKey
  let entries: [[UInt8]]
  private let attacker: PlaneCaller

  init(of plane: Role, on planes: DaemonFixture) async throws {
    let anyone = try planes.home.caller("bridge")
    // Who has just started looks at once.
    let (asking, witnesses): ([Role], [Role]) =
      plane == .governance ? ([.training, .serving], [.training, .serving]) : ([plane], [.governance])
    for plane in asking {
      try await planes.kill(plane)
      try await planes.start(plane)
    }
    for witness in witnesses { try await planes.witnessed(plane, by: witness) }
    let all = try await anyone.evidence(of: plane).map { $0.serialized() }
    try await planes.kill(plane)
    let seen = try #require(await anyone.seen(of: plane, by: witnesses[0]))
    try #require(all.count >= seen)
    (self.plane, entries) = (plane, Array(all.prefix(seen)))
    origin = EvidenceOrigin(rootDigest: try planes.home.currentRoot().originDigest, plane: plane.planeName)
    key = try planes.home.key(plane.planeName)
    attacker = try planes.home.caller(plane.planeName)
  }

  /// How many entries the witness has seen.
  var size: Int { entries.count }

  /// The log as it is.
  var honest: PretendLog { PretendLog(of: origin, entries: entries, signedBy: key) }

  /// The log with its first entry changed and others added.
  func rewritten(adding count: Int = 0) -> PretendLog {
    PretendLog(of: origin, entries: [Self.another(entries[0])] + entries.dropFirst() + more(count), signedBy: key)
  }

  /// The log as it is, gone on with.
  func grown(by count: Int, _ words: String = "more") -> PretendLog {
    PretendLog(of: origin, entries: entries + more(count, words), signedBy: key)
  }

  /// The log gone on with by entries about these attestations.
  func grown(by entries: [(event: EvidenceEvent, attestation: Digest)]) -> PretendLog {
    let more = entries.enumerated().map { number, entry in
      EvidenceEntry(
        index: size + number, time: .now(), event: entry.event, data: [:], attestation: entry.attestation
      ).bytes
    }
    return PretendLog(of: origin, entries: self.entries + more, signedBy: key)
  }

  private func more(_ count: Int, _ words: String = "more") -> [[UInt8]] {
    (0..<count).map { number in
      EvidenceEntry(
        index: entries.count + number, time: .now(), event: .planeStarted, data: ["version": .string(words)],
        attestation: nil
      ).bytes
    }
  }

  /// An entry that says something else at the same place.
  static func another(_ entry: [UInt8]) -> [UInt8] {
    Array(String(decoding: entry, as: UTF8.self).replacing("\"data\":{", with: "\"data\":{\"lie\":true,").utf8)
  }

  /// Shows governance a head of training's or serving's log, as the plane itself would.
  @discardableResult
  func show(
    _ head: VerifiedCheckpoint, _ proof: ConsistencyProof? = nil, cosigned: UnverifiedNote? = nil
  ) async throws -> CheckpointReceipt {
    let size = head.checkpoint.size
    let body = CheckpointPublication(
      checkpoint: head.note, consistency: proof ?? ConsistencyProof(oldSize: self.size, newSize: size, hashes: []),
      cosigned: cosigned)
    let socket: SocketName = plane == .training ? .ingest : .observe
    return try CheckpointReceipt(await attacker.ask(.checkpointPublish, body, on: socket))
  }
}

extension Stage {
  /// A peer has noticed: it says so, has it on record, and revocations are heard all the same.
  func expectNoticed(
    _ kind: String, of plane: Role, by witness: Role, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    try await planes.health(of: witness, says: "the log of \(plane.planeName) is in dispute: restored or rewritten")
    let entries = try await caller("bridge").evidence(of: witness)
    let disputes = entries.filter { $0["event"]?.string == EvidenceEvent.logDisputed.rawValue }
    let last = disputes.last { $0["data"]?.object?["log"]?.string?.hasSuffix(plane.planeName) == true }
    #expect(last?["data"]?.object?["dispute"]?.string == kind, sourceLocation: location)
    try await revokeSomething()
  }

  /// A revocation of weights that nobody approved is taken by both planes that keep revocations.
  func revokeSomething() async throws {
    for socket in [SocketName.approve, .revoke] where planes.pid(of: socket.plane) != nil {
      let weights = TestHouse.result(model: "gone", weights: "\(Random.hex(bytes: 8))")
      let revocation = ModelRevocation(
        approvalID: nil, modelID: weights.modelID, weightsHash: weights.weightsHash,
        revokedBy: PrincipalID(checked: "alice"), reason: "heard in a dispute", revokedAt: .now())
      _ = try await caller("alice").revoke(revocation, on: socket)
    }
  }

  /// The real plane is back, and the root keys believe its log from now on.
  func settle(_ plane: Role) async throws {
    try await planes.startAll()
    try await planes.resetLog(of: plane)
    // What a witness signs in the second of a reset counts as seen before it.
    let reset = Timestamp.now().microseconds / 1_000_000
    try await pollUntil("the next second") { Timestamp.now().microseconds / 1_000_000 > reset }
    // What serving ended because it was not on record, it says until it starts again.
    if plane == .serving {
      _ = try await planes.terminate(plane)
      try await planes.start(plane)
    }
    for plane in PlanesHome.planes { try await planes.health(of: plane, says: "ok") }
  }
}
