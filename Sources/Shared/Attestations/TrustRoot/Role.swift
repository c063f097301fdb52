/// What a principal may do. Three of them are planes; a person holds at most one of submitter, approver and deployer.
package enum Role: String, Sendable, CaseIterable {
  case submitter, approver, deployer, monitor, reader
  case training, governance, serving

  /// The duties that one person must never unite.
  package var isDuty: Bool { self == .submitter || self == .approver || self == .deployer }

  /// The roles of the planes themselves: one principal holds each, and holds nothing else.
  package static let planes: Set<Role> = [.training, .governance, .serving]
}
