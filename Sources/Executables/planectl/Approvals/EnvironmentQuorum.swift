import Attestations
import Wire

/// How far the signatures on an approval go in one of its environments, counted here.
struct EnvironmentQuorum {
  let name: EnvironmentName
  let signed: Int
  /// Nil when the policy does not name the environment.
  let required: Int?
  /// Groups of which somebody must sign, and nobody has.
  let missingGroups: [GroupName]

  init(_ name: EnvironmentName, of approval: ModelApproval, signedBy quorum: Quorum, policy: Policy) {
    self.name = name
    signed = quorum.count
    let environment = policy.environments[name]
    required = environment.map { max($0.requiredApprovers, approval.requiredApprovers) }
    let groups = Set(quorum.approvers.values.flatMap(\.groups))
    missingGroups = environment?.allOf.filter { !groups.contains($0) } ?? []
  }

  var line: String {
    guard let required else { return "\(name): the policy names no such environment" }
    let count = "\(name): \(signed) of \(required) have signed"
    return missingGroups.isEmpty
      ? count : "\(count), and nobody of \(missingGroups.map(\.text).joined(separator: ", "))"
  }
}
