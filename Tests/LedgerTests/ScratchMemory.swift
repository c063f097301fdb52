import Attestations
import Foundation
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Wire

/// Governance's memory of training's log, in a database with nothing else in it.
final class ScratchMemory: Sendable {
  let house: TestHouse
  private let directory: TemporaryDirectory
  let database: PlaneDatabase
  let training: PeerLog
  private let witness: Witness

  init() throws {
    let house = try TestHouse()
    self.house = house
    directory = try TemporaryDirectory()
    database = try PlaneDatabase.open(
      path: "\(directory.path)/state.sqlite", applicationID: 1,
      migrations: [
        Migration(
          1, "witnessing",
          sql: WitnessMemory.migrationSQL + WitnessMemory.overruledHeadsSQL + LogResets.migrationSQL)
      ])
    training = Self.log(of: .training, in: house)
    witness = Witness(
      name: EvidenceOrigin(rootDigest: house.root.originDigest, plane: "governance-plane"),
      signer: try house.key("governance-plane"))
  }

  func log(of plane: Role, in house: TestHouse) -> PeerLog { Self.log(of: plane, in: house) }

  private static func log(of plane: Role, in house: TestHouse) -> PeerLog {
    let origin = EvidenceOrigin(rootDigest: house.root.originDigest, plane: plane.rawValue + "-plane")
    return PeerLog(origin, of: plane, root: house.root)
  }

  func see(
    _ shown: VerifiedCheckpoint, _ proof: ConsistencyProof, of log: PeerLog? = nil
  ) async throws -> Witness.Outcome {
    try await database.commit { [witness, training] in
      try witness.see(shown, proof, of: log ?? training, at: TestHouse.epoch, in: $0)
    }
  }

  /// What came of it, in a word.
  func follow(_ shown: VerifiedCheckpoint) async throws -> String {
    let followed = try await database.commit { [witness, training] in
      try witness.follow(shown, of: training, at: TestHouse.epoch, in: $0)
    }
    switch followed {
    case .cosigned: return "cosigned"
    case .unsettled: return "unsettled"
    case .behind(let size): return "behind \(size)"
    case .disputed(let dispute, let isNews): return "disputed \(dispute.kind.rawValue) \(isNews)"
    }
  }

  func take(_ envelope: UnverifiedEnvelope, at now: Timestamp = TestHouse.epoch) async throws -> Bool {
    let reset = try house.root.verified(reset: envelope)
    return try await database.commit { [training] in try LogResets().take(reset, of: training.origin, at: now, in: $0) }
  }

  func head() async throws -> RememberedHead? {
    try await database.read { [training] in try WitnessMemory().head(of: training, in: $0) }
  }

  func dispute() async throws -> LogDispute? {
    try await database.read { [training] in try WitnessMemory().dispute(of: training.origin, in: $0) }
  }
}
