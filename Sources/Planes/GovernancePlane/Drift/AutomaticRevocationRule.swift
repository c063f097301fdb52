import Attestations
import Daemon
import Drift
import GRDB
import Wire

/// Whether the policy's `auto_revoke` of an environment is met: the last windows of enough monitors, each of another person, were all
/// drifted by at least its severity.
struct AutomaticRevocationRule {
  /// A check that is older says nothing of now.
  private static let recentSeconds = 7 * 86_400

  let context: PlaneContext
  let store: DriftCheckStore

  /// Takes the newest check, already stored.
  func isMet(by check: DriftCheck, in database: Database) throws -> Bool {
    guard let rule = context.root.policy.environments[check.environment]?.autoRevoke,
      check.result.isDrifted, check.result.severity >= rule.severity
    else { return false }
    var witnesses: Set<String> = []
    let since = check.checkedAt.adding(seconds: -Self.recentSeconds)
    for name in try store.monitors(of: check.weightsHash, in: check.environment, since: since, database) {
      guard let witness = witness(name, rule), try agrees(name, check, rule, since, in: database) else { continue }
      witnesses.insert(witness)
    }
    return witnesses.count >= rule.monitors
  }

  /// The person who answers for a monitor. One without a person counts only where one monitor suffices: nobody is two by having two
  /// keys.
  private func witness(_ name: PrincipalID, _ rule: AutomaticRevocation) -> String? {
    guard let monitor = context.root.principal(name), monitor.holds(.monitor), monitor.retiredAt == nil else {
      return nil
    }
    return monitor.person?.text ?? (rule.monitors == 1 ? "" : nil)
  }

  private func agrees(
    _ monitor: PrincipalID, _ check: DriftCheck, _ rule: AutomaticRevocation, _ since: Timestamp, in database: Database
  ) throws -> Bool {
    let latest = try store.latest(
      rule.windows, of: check.weightsHash, in: check.environment, by: monitor,
      signedBy: context.root.keysEver(of: .governance), database)
    return latest.count == rule.windows
      && latest.map(\.predicate).allSatisfy {
        $0.result.isDrifted && $0.result.severity >= rule.severity && $0.checkedAt > since
      }
  }
}
