import Signing
import Synchronization
import Wire

/// What runs where, in memory for the event loop; swapped after each commit that changes it.
final class RunningModels: Sendable {
  private let running: Mutex<[Place: DeploymentRow]>

  init(_ rows: [DeploymentRow]) {
    running = Mutex(Dictionary(rows.map { ($0.place, $0) }) { _, last in last })
  }

  subscript(place: Place) -> DeploymentRow? { running.withLock { $0[place] } }
  var all: [DeploymentRow] { running.withLock { Array($0.values) } }

  func began(_ row: DeploymentRow) { running.withLock { $0[row.place] = row } }

  /// What is on record of a deployment changed; it may have ended meanwhile.
  func changed(_ row: DeploymentRow) {
    running.withLock { running in
      if running[row.place]?.number == row.number { running[row.place] = row }
    }
  }

  /// Takes a deployment out, unless another one has taken its place meanwhile.
  func ended(_ row: DeploymentRow) {
    running.withLock { running in
      if running[row.place]?.number == row.number { running[row.place] = nil }
    }
  }
}
