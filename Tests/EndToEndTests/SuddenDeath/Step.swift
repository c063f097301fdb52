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

  /// How many commits of a plane to expect at least when a few models ask at once: training and governance write the requests together,
  /// serving does more than one thing for each, and what another plane delivers comes one by one.
  func commits(of victim: Role) -> Int { victim == plane && plane != .serving ? 1 : 3 }

  /// The steps from nothing to a model that runs.
  static let path: [Step] = [.submit, .propose, .sign, .deploy]

  /// What must have been done before this one.
  var before: ArraySlice<Step> { Self.path.prefix { $0 != self } }
  var isRevocation: Bool { self == .revoke || self == .revokeAtServing }
}
