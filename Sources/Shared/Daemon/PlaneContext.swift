import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Storage
import Synchronization
import Wire

/// What every plane is built from: who it is, whom it believes, its clock, its storage. Made once, at the start.
package final class PlaneContext: Sendable {
  /// This plane as the trust root lists it.
  package let principal: Principal
  /// Which of the three it is.
  package let role: Role
  /// Whom it believes now. Whoever needs the root more than once loads `root` once.
  package let trust: TrustInForce
  package let signer: any PlaneSigner
  package let clock: any PlaneClock
  package let database: PlaneDatabase
  package let ledger: any EvidenceLedger
  package let refusals: RefusalRecorder
  /// Whether the log and the state bear each other out.
  package let evidence = EvidenceStanding()
  /// Whether the planes can compare their logs.
  package let witnessing = WitnessStanding()
  package let outbox: Outbox
  package let courierWake: CourierWake
  package let logger: Logger
  /// The highest time ever committed, for the `clock` gate.
  package let highestTime: HighestTime
  /// How many entries the evidence had when this process opened it.
  let entriesAtStart: Int

  package init(
    principal: Principal, root: VerifiedTrustRoot, signer: any PlaneSigner, clock: any PlaneClock,
    database: PlaneDatabase, logger: Logger
  ) throws {
    guard let role = principal.roles.first(where: Role.planes.contains) else {
      throw StorageError.unusable("\(principal.id) is no plane in the trust root")
    }
    self.principal = principal
    self.role = role
    let trust = TrustInForce(root)
    self.trust = trust
    self.signer = signer
    self.clock = clock
    self.database = database
    self.logger = logger
    let ledger = SQLiteEvidenceLedger(
      origin: EvidenceOrigin(rootDigest: root.originDigest, plane: role.planeName), signer: signer,
      keysEver: { trust.root.keysEver(of: role) })
    self.ledger = ledger
    database.endEveryTransaction { try ledger.seal(in: $0) }
    refusals = RefusalRecorder(ledger: ledger, database: database)
    outbox = Outbox()
    courierWake = CourierWake()
    entriesAtStart = try database.readNow { [ledger] in try ledger.count(in: $0) }
    highestTime = HighestTime(try database.readNow { try ClockHighWater.highest(in: $0) })
  }

  /// The root in force at this moment.
  package var root: VerifiedTrustRoot { trust.root }
}

// The one way in which planes change state.
extension PlaneContext {
  /// Runs `body` in a durable transaction of its own effect: the request's id is recorded in it, so that the same message never
  /// takes effect twice, and nothing is answered before it is on disk.
  ///
  /// - Parameter root: under which the request was judged last; the request's own unless told otherwise. A change that was judged
  ///   under a root which is no longer in force is not made: `unavailable`, and asking again is judged anew.
  package func commit<Value: Sendable>(
    for request: AdmittedRequest, under root: VerifiedTrustRoot? = nil, mayUseReserve: Bool = false,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    let judged = (root ?? request.root).version
    return try await commit(mayUseReserve: mayUseReserve) { database in
      try TrustRootStore().requireInForce(judged, in: database)
      // Once more: what the audit, or a witness, has found since it was admitted counts too.
      try self.requireMayAddPermission(by: request.kind, in: database)
      try ReplayGuard().record(
        sender: request.sender.id.text, id: request.message.id.text,
        expiresAtMicroseconds: request.message.expiresAt.microseconds, in: database)
      return try AskingProcess.$uid.withValue(request.peerUID) { try body(database) }
    }
  }

  /// The same for what no request asked for: start-up, couriers, clean-up. What must be written though the disk is full, a
  /// revocation and what follows from it, may use the reserve.
  package func commit<Value: Sendable>(
    mayUseReserve: Bool = false, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    let reading = clock.reading()
    let value = try await database.commit(mayUseReserve: mayUseReserve) { database in
      let time = reading.time.microseconds
      if reading.hasJumpedAhead {
        try UnacceptedClockJump.note(time, in: database)
      } else {
        try ClockHighWater.observe(time, in: database)
      }
      return try body(database)
    }
    if database.isDiskFull {
      logger.critical(
        "the disk is full: only revocations are still written", metadata: ["database": "\(database.path)"])
    }
    if !reading.hasJumpedAhead { highestTime.observe(reading.time) }
    courierWake.raise()
    return value
  }

  /// Appends evidence inside a commit; returns its `origin#index`.
  @discardableResult
  package func record(
    _ event: EvidenceEvent, _ data: JSONObject, attestation: Digest? = nil, in database: Database
  ) throws -> EvidenceID {
    try ledger.record(
      event: event, data: AskingProcess.named(in: data, of: event), attestation: attestation, time: clock.now(),
      in: database)
  }

  /// Leaves a publication for the courier, inside the commit of the state that it reports.
  package func enqueue(_ kind: MessageKind, _ body: some Body, digest: Digest, in database: Database) throws {
    try outbox.enqueue(
      kind: kind.rawValue, digest: digest, body: body.fields.serialized(), nowMicroseconds: clock.now().microseconds,
      in: database)
  }

  /// The same for a revocation. A row that waits is no larger than the tombstone, and the observation, stored beside it: the outbox's
  /// bound would bound nothing, and must not keep a revocation from being stored or told.
  package func publish(
    _ revocation: UnverifiedEnvelope, observation: UnverifiedEnvelope? = nil, in database: Database
  ) throws {
    let body = RevocationPublication(revocation: revocation, observation: observation)
    try Outbox(limit: .max).enqueue(
      kind: MessageKind.revocationPublish.rawValue, digest: revocation.payloadDigest, body: body.fields.serialized(),
      nowMicroseconds: clock.now().microseconds, in: database)
  }

  /// The same for what was handed on before and is asked for again: its receiver may have lost it with a database that was restored
  /// from an older copy. A full outbox is no reason to refuse who asks again.
  package func enqueueAgain(_ kind: MessageKind, _ body: some Body, digest: Digest, in database: Database) throws {
    do { try enqueue(kind, body, digest: digest, in: database) } catch StorageError.overloaded { return }
  }
}

/// The mark of `ClockHighWater` in memory, raised after the commit that raised it on disk.
package final class HighestTime: Sendable {
  private let microseconds: Mutex<Int64>

  init(_ microseconds: Int64?) { self.microseconds = Mutex(microseconds ?? 0) }

  package var value: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }

  func observe(_ time: Timestamp) { microseconds.withLock { $0 = max($0, time.microseconds) } }
}
