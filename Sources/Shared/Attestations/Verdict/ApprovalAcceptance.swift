import Signing
import Wire

/// What a plane wrote down when it took an approval: under which version of the root, and under which each signature. Its own word,
/// which nobody can backdate; what a retired person signed counts by nothing else.
package struct ApprovalAcceptance: Sendable {
  /// When the approval came, and with it its training output.
  package let rootVersion: Int
  private let signatures: [EnvelopeSignature: Int]

  /// - Parameter signatures: those over the approval that were accepted, each with the version of the root then in force.
  package init(rootVersion: Int, signatures: [EnvelopeSignature: Int]) {
    self.rootVersion = rootVersion
    self.signatures = signatures
  }

  /// Nil for a signature that was never accepted, or not in exactly these bytes.
  package func rootVersion(of signature: EnvelopeSignature) -> Int? { signatures[signature] }
}
