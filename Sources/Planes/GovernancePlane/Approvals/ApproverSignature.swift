import Attestations
import PlaneContract
import Signing
import Wire

/// One approver's two signatures over one approval, both verified. Only `verify` makes one.
struct ApproverSignature: Sendable {
  let key: PublicKey
  let person: PersonID
  let principal: PrincipalID
  let signature: EnvelopeSignature
  /// Over the NANDA record: emitted for that software, trusted for nothing here.
  let nandaSignature: Signature
  let signedAt: Timestamp
  /// Of the root under which it is accepted.
  let rootVersion: Int

  /// Verifies both with the sender's own keys: nobody hands in somebody else's signature.
  ///
  /// - Parameter payload: the approval's exact bytes, of which `approval` was read.
  static func verify(
    _ signature: EnvelopeSignature, nanda: Signature, over payload: [UInt8], of approval: ModelApproval,
    from request: AdmittedRequest
  ) throws(Refusal) -> ApproverSignature {
    let sender = request.sender
    guard let person = sender.person else {
      throw Refusal(.forbidden, "\(sender.id) names no person who would approve")
    }
    let type = PayloadType.statement
    let envelope = UnverifiedEnvelope(payloadType: type.rawValue, payload: payload, signatures: [signature])
    guard let verified = try? envelope.verified(as: type, by: sender.keys), let key = verified.signers.first else {
      throw Refusal(
        .invalidRequest,
        "the signature is not \(sender.id)'s over approval \(approval.approvalID); sign its exact payload")
    }
    let record = NandaRecord(approval).hash
    guard sender.keys.contains(where: { $0.verifies(nanda, over: record) }) else {
      throw Refusal(
        .invalidRequest,
        "nanda_signature is not \(sender.id)'s over the NANDA record of approval \(approval.approvalID)")
    }
    return ApproverSignature(
      key: key, person: person, principal: sender.id,
      signature: EnvelopeSignature(keyID: key.keyID, bytes: signature.bytes),
      nandaSignature: nanda, signedAt: request.receivedAt, rootVersion: request.root.version)
  }
}
