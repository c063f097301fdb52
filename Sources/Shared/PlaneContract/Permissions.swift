import Attestations

/// Who may send what where: the table of DESIGN section 1 as data. docs/protocol.md is generated from it.
package enum Permissions {
  package struct Row: Sendable {
    package let socket: SocketName
    package let kinds: [MessageKind]
    /// The signer's principal must hold one of these.
    package let roles: [Role]
  }

  private static let governanceQueries: [MessageKind] = [
    .approvalList, .approvalGet, .modelList, .modelGet, .driftGet, .attestationGet, .revocationList,
  ]
  private static let governanceReaders: [Role] = [.approver, .deployer, .monitor, .reader]
  private static let servingQueries: [MessageKind] = [
    .modelAuthorize, .deploymentList, .attestationGet, .revocationList,
  ]
  private static let servingReaders: [Role] = [.deployer, .monitor, .approver, .reader]

  package static let table: [Row] = [
    Row(socket: .submit, kinds: [.trainingComplete], roles: [.submitter]),
    Row(socket: .ingest, kinds: [.trainingPublish, .checkpointPublish], roles: [.training]),
    Row(
      socket: .approve, kinds: [.approvalPropose, .approvalSign, .approvalReject, .modelRevoke], roles: [.approver]),
    Row(socket: .approve, kinds: governanceQueries, roles: governanceReaders),
    Row(socket: .observe, kinds: [.observationPublish, .revocationPublish, .checkpointPublish], roles: [.serving]),
    Row(socket: .governanceRead, kinds: governanceQueries, roles: governanceReaders),
    Row(socket: .control, kinds: [.approvalPublish, .revocationPublish, .leasePublish], roles: [.governance]),
    Row(socket: .revoke, kinds: [.modelRevoke], roles: [.approver]),
    Row(socket: .deploy, kinds: [.modelDeploy, .modelUndeploy], roles: [.deployer]),
    Row(socket: .deploy, kinds: [.modelObserve], roles: [.monitor]),
    Row(socket: .deploy, kinds: servingQueries, roles: servingReaders),
    Row(socket: .servingRead, kinds: servingQueries, roles: servingReaders),
  ]

  /// On every socket, for any principal of the trust root.
  package static let everywhere: [MessageKind] = [.planeStatus, .ledgerGet]

  /// The roles that may send `kind` to `socket`; empty when nobody may.
  package static func roles(for kind: MessageKind, on socket: SocketName) -> [Role] { index[Cell(socket, kind)] ?? [] }

  /// The same table by its cells, for the path of every request.
  private static let index: [Cell: [Role]] = {
    var index: [Cell: [Role]] = [:]
    for row in table { for kind in row.kinds { index[Cell(row.socket, kind), default: []] += row.roles } }
    for socket in SocketName.allCases { for kind in everywhere { index[Cell(socket, kind)] = Role.allCases } }
    return index
  }()

  private struct Cell: Hashable {
    let socket: SocketName
    let kind: MessageKind

    init(_ socket: SocketName, _ kind: MessageKind) {
      self.socket = socket
      self.kind = kind
    }
  }
}
