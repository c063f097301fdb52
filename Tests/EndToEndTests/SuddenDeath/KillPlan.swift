import Attestations

/// Draws rounds. Weights lean to where a kill can do most harm; every round follows from the seed and its number.
struct KillPlan {
  /// Step and victim, and how often the pair is drawn in a turn of all of them.
  private static let shares: [(step: Step?, victim: Role, count: Int)] = [
    (.submit, .training, 3), (.submit, .governance, 1), (.propose, .governance, 3), (.propose, .serving, 1),
    (.sign, .governance, 3), (.sign, .serving, 1), (.deploy, .serving, 7), (.revoke, .governance, 2),
    (.revoke, .serving, 2), (.revokeAtServing, .serving, 2), (.revokeAtServing, .governance, 1),
    (nil, .training, 1), (nil, .governance, 1), (nil, .serving, 1),
  ]
  private static let targets = shares.flatMap { share in
    [(step: Step?, victim: Role)](repeating: (share.step, share.victim), count: share.count)
  }

  private static let largeWeights = 24 << 20

  /// The round's place in the list of targets comes from its number, so that a short run visits all of them too.
  static func round(_ number: Int, using generator: inout some RandomNumberGenerator) -> KillRound {
    let target = targets[number % targets.count]
    let isLarge = target.step == .deploy && Int.random(in: 0..<3, using: &generator) == 0
    let dies = Int.random(in: 0..<6, using: &generator) == 0
    return KillRound(
      number: number, step: target.step, victim: target.victim,
      moment: isLarge
        ? .copied(.random(in: 0..<largeWeights, using: &generator))
        : moment(of: target.step, at: target.victim, using: &generator),
      models: isLarge ? 1 : 3, byteCount: isLarge ? largeWeights : 4096,
      replaces: target.step == .deploy && Bool.random(using: &generator),
      again: dies ? .microseconds(.random(in: 1000..<60_000, using: &generator)) : nil)
  }

  /// Mostly right after a commit, which is when its reply is not yet written.
  private static func moment(
    of step: Step?, at victim: Role, using generator: inout some RandomNumberGenerator
  ) -> KillMoment {
    guard let step else { return .time(.zero) }
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<2: return .time(.microseconds(.random(in: 0..<15_000, using: &generator)))
    case 2: return .replies(.random(in: 1...3, using: &generator))
    default:
      let later = max(0, Int.random(in: -300..<300, using: &generator))
      return .commits(.random(in: 1...step.commits(of: victim), using: &generator), .microseconds(later))
    }
  }
}
