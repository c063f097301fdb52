/// What a principal may do. Three of them are planes; a person holds at most one of submitter, approver and deployer.
package enum Role: String, Sendable, CaseIterable {
  case submitter, approver, deployer, monitor, reader
  case training, governance, serving

  /// The role of a plane itself: one principal holds it, and that one holds nothing else.
  package var isPlane: Bool { Role.planes.contains(self) }

  /// The duties that one person must never unite.
  package var isDuty: Bool { self == .submitter || self == .approver || self == .deployer }

  package static let planes: Set<Role> = [.training, .governance, .serving]
}
