import Attestations

/// A signed request of the path, and whom it keeps busy.
enum Step: String, CaseIterable, Sendable {
  case submit, propose, sign, deploy, revoke
  case revokeAtServing = "revoke-at-serving"

  /// Who answers it.
  var plane: Role {
    switch self {
    case .submit: .training
    case .propose, .sign, .revoke: .governance
    case .deploy, .revokeAtServing: .serving
    }
  }

  /// Who is told about it by the plane that answered.
  var told: Role? {
    switch self {
    case .submit, .revokeAtServing: .governance
    case .propose, .sign, .revoke: .serving
    case .deploy: nil
    }
  }

  /// How many commits it takes, here or where it is told, when a few models ask at once; as a rule.
  var commits: Int {
    switch self {
    case .submit, .propose, .sign: 2
    case .deploy, .revoke, .revokeAtServing: 4
    }
  }

  /// The steps from nothing to a model that runs.
  static let path: [Step] = [.submit, .propose, .sign, .deploy]

  /// What must have been done before this one.
  var before: ArraySlice<Step> { Self.path.prefix { $0 != self } }
  var isRevocation: Bool { self == .revoke || self == .revokeAtServing }
}
