import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Wire

// The three logs, from where one plane stands.
extension PlaneContext {
  /// Whose log it is, in the words of its checkpoints.
  package func origin(of plane: Role) -> EvidenceOrigin {
    EvidenceOrigin(rootDigest: root.originDigest, plane: plane.planeName)
  }

  /// The log of a plane under a root; the root in force unless told otherwise.
  package func log(of plane: Role, under root: VerifiedTrustRoot? = nil) -> PeerLog {
    PeerLog(origin(of: plane), of: plane, root: root ?? self.root)
  }

  package var witness: Witness { Witness(name: origin(of: role), signer: signer) }

  /// The heads of other planes' logs as this plane cosigned them last.
  func witnessed(in database: Database) throws -> [UnverifiedNote] {
    try Role.planes.filter { $0 != role }.sorted { $0.rawValue < $1.rawValue }.compactMap { plane in
      try WitnessMemory().note(of: log(of: plane), in: database)?.note
    }
  }

  /// `Witness.see`, with evidence of what contradicts. Must be committed whatever it returns.
  package func see(
    _ shown: VerifiedCheckpoint, _ proof: ConsistencyProof, of log: PeerLog, in database: Database
  ) throws -> Witness.Outcome {
    let outcome = try witness.see(shown, proof, of: log, at: clock.now(), in: database)
    if case .disputed(let dispute, isNews: true) = outcome { try record(.logDisputed, dispute.data, in: database) }
    return outcome
  }

  /// After the commit that remembers it.
  package func report(_ dispute: LogDispute, of plane: Role) {
    logger.critical(
      "a log contradicts what was seen of it before",
      metadata: ["log": "\(dispute.origin)", "problem": "\(Quarantine.sentence(dispute, of: plane, at: self))"])
  }
}
