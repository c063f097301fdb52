import Attestations
import PlaneContract
import Synchronization
import Wire

/// How far the deploys are that somebody waits for. In memory alone: what a dead process was at is on record as an intent, or was
/// nothing yet.
final class DeploysInProgress: Sendable {
  /// Cursors of what is not on record: above every row's number, so that lists begin with it.
  private static let firstNumber: Int64 = 1 << 62

  private struct State {
    var next = DeploysInProgress.firstNumber
    var deploys: [Int64: DeployProgress] = [:]
  }

  private let state = Mutex(State())

  /// Lists a deploy while `body` runs, which tells how far it is.
  func following<Value: Sendable>(
    _ attempt: DeployAttempt, _ held: HeldApproval, _ environment: EnvironmentName,
    _ body: @Sendable (DeployProgress) async throws -> Value
  ) async throws -> Value {
    let progress = DeployProgress(attempt, held, environment)
    let number = state.withLock { state in
      state.next += 1
      state.deploys[state.next] = progress
      return state.next
    }
    defer { state.withLock { _ = $0.deploys.removeValue(forKey: number) } }
    return try await body(progress)
  }

  /// For a page of what is there now, newest first, with cursors.
  func list(_ query: DeploymentList) -> [(item: DeploymentSummary, cursor: String)] {
    guard query.at == nil, !query.history else { return [] }
    let end = query.after.flatMap(Int64.init) ?? .max
    let deploys = state.withLock(\.deploys).filter { $0.key < end }.sorted { $0.key > $1.key }
    return deploys.map { (item: $1.summary, cursor: String($0)) }.filter { item, _ in
      (query.modelID == nil || query.modelID == item.modelID)
        && (query.environment == nil || query.environment == item.environment)
    }
  }
}
