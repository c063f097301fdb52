import Attestations
import PlaneContract
import Testing
import Wire

@Suite struct PermissionTests {
  let gate: Gatehouse

  init() throws { gate = try Gatehouse() }

  /// All kinds from all 8 roles on all 9 sockets: what the table does not say is refused.
  @Test(arguments: SocketName.allCases) func onlyWhatTheTableSaysIsAdmitted(socket: SocketName) throws {
    for kind in MessageKind.allCases {
      for (role, sender) in Gatehouse.holders {
        let message = gate.message(kind.rawValue, from: sender, to: socket.plane.planeName)
        let frame = try gate.frame(message)
        let isAllowed = Self.promised(kind, socket, role)
        do throws(AdmissionFailure) {
          let request = try gate.admit(frame, on: socket)
          #expect(isAllowed, "\(kind.rawValue) from \(role.rawValue) on \(socket.path) was admitted")
          #expect(request.kind == kind && request.sender.id.text == sender && request.socket == socket)
        } catch {
          #expect(!isAllowed, "\(kind.rawValue) from \(role.rawValue) on \(socket.path): \(error)")
          #expect(error.refusal?.code == .forbidden)
        }
      }
    }
  }

  /// The promises of DESIGN section 1, written a second time and in another shape than the table.
  private static func promised(_ kind: MessageKind, _ socket: SocketName, _ role: Role) -> Bool {
    let isReader = [Role.approver, .deployer, .monitor, .reader].contains(role)
    switch (kind, socket) {
    case (.planeStatus, _), (.ledgerGet, _): return true
    case (.trainingComplete, .submit): return role == .submitter
    case (.trainingPublish, .ingest): return role == .training
    case (.approvalPropose, .approve), (.approvalSign, .approve), (.approvalReject, .approve): return role == .approver
    case (.modelRevoke, .approve), (.modelRevoke, .revoke): return role == .approver
    case (.approvalList, .approve), (.approvalGet, .approve): return isReader
    case (.approvalList, .governanceRead), (.approvalGet, .governanceRead): return isReader
    case (.modelList, .approve), (.modelGet, .approve): return isReader
    case (.modelList, .governanceRead), (.modelGet, .governanceRead): return isReader
    case (.driftGet, .approve), (.driftGet, .governanceRead): return isReader
    case (.attestationGet, .approve), (.attestationGet, .governanceRead): return isReader
    case (.revocationList, .approve), (.revocationList, .governanceRead): return isReader
    case (.checkpointPublish, .ingest): return role == .training
    case (.checkpointPublish, .observe): return role == .serving
    case (.revocationPublish, .observe), (.observationPublish, .observe): return role == .serving
    case (.approvalPublish, .control), (.revocationPublish, .control), (.leasePublish, .control):
      return role == .governance
    case (.modelDeploy, .deploy), (.modelUndeploy, .deploy): return role == .deployer
    case (.modelObserve, .deploy): return role == .monitor
    case (.modelAuthorize, .deploy), (.deploymentList, .deploy): return isReader
    case (.modelAuthorize, .servingRead), (.deploymentList, .servingRead): return isReader
    case (.attestationGet, .deploy), (.attestationGet, .servingRead): return isReader
    case (.revocationList, .deploy), (.revocationList, .servingRead): return isReader
    default: return false
    }
  }

  @Test func everyKindHasASocketAndEverySocketAKind() {
    for kind in MessageKind.allCases where !Permissions.everywhere.contains(kind) {
      #expect(SocketName.allCases.contains { !Permissions.roles(for: kind, on: $0).isEmpty }, "\(kind.rawValue)")
    }
    for socket in SocketName.allCases { #expect(Permissions.table.contains { $0.socket == socket }, "\(socket.path)") }
  }

  @Test func noTwoSocketsShareAPath() {
    #expect(Set(SocketName.allCases.map(\.path)).count == SocketName.allCases.count)
    #expect(Set(Role.planes.flatMap(SocketName.sockets(of:))) == Set(SocketName.allCases))
  }

  /// A query is guarded against replay in memory only, so it must change nothing.
  @Test func whatChangesStateIsNoQuery() {
    let changing: Set<MessageKind> = [
      .trainingComplete, .trainingPublish, .approvalPropose, .approvalSign, .approvalReject, .approvalPublish,
      .modelRevoke, .revocationPublish, .leasePublish, .modelDeploy, .modelUndeploy, .modelObserve,
      .observationPublish, .checkpointPublish,
    ]
    for kind in MessageKind.allCases {
      #expect(kind.isQuery == !changing.contains(kind), "\(kind.rawValue)")
      #expect(kind.maximumLifetimeSeconds == (kind.isQuery ? 60 : 300))
    }
  }
}
