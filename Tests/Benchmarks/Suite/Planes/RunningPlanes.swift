import Attestations
import Glibc
import PlaneContract

/// The three planes of a home. Whoever starts them stops them.
struct RunningPlanes {
  let training: RunningPlane
  let governance: RunningPlane
  let serving: RunningPlane
  /// Kept for as long as they run in it.
  private let home: Home

  /// - Parameter environment: what one plane finds in its environment besides this program's.
  init(of home: Home, environment: (Role) throws -> [String: String] = { _ in [:] }) throws {
    self.home = home
    training = try RunningPlane(.training, of: home, environment: environment(.training))
    governance = try RunningPlane(.governance, of: home, environment: environment(.governance))
    serving = try RunningPlane(.serving, of: home, environment: environment(.serving))
  }

  /// In the order in which a model passes them.
  var all: [(plane: Role, process: RunningPlane)] {
    [(.training, training), (.governance, governance), (.serving, serving)]
  }

  func stop() { for (_, process) in all { process.stop() } }
}
