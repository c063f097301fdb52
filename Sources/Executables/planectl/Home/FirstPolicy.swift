import Attestations
import PlaneContract
import Signing
import Wire

// What a home or a host begins with, until its root says otherwise.

extension Policy {
  static let firstApprovalDays = 90
  static let firstLeaseSeconds = 300

  /// One approver for staging, `productionApprovers` for production.
  ///
  /// - Parameter autoRevoke: from which severity on drift in staging revokes by itself; nil: never.
  static func first(productionApprovers: Int, autoRevoke: Double? = nil) -> Policy {
    let production = EnvironmentPolicy(
      requiredApprovers: productionApprovers, maxTTLDays: firstApprovalDays, leaseSeconds: firstLeaseSeconds)
    let staging = EnvironmentPolicy(
      requiredApprovers: 1, maxTTLDays: firstApprovalDays, leaseSeconds: firstLeaseSeconds,
      autoRevoke: autoRevoke.map { AutomaticRevocation(severity: $0, monitors: 1, windows: 2) })
    return Policy(
      environments: [
        EnvironmentName(checked: "staging"): staging, EnvironmentName(checked: "production"): production,
      ],
      profiles: [ProfileName(checked: "default"): ["require_weights_hash"]])
  }
}

extension Principal {
  /// A plane as every root lists it: one role, and no person behind it.
  init(plane: Role, key: PublicKey) {
    self.init(id: PrincipalID(checked: plane.planeName), person: nil, roles: [plane], keys: [key])
  }
}
