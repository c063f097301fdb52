import Attestations
import Foundation

/// A plane's database as it was at one moment, to be put back over what it is later. What else the plane keeps stays as it is.
package struct DatabaseBackup: Sendable {
  private let plane: Role
  private let planes: DaemonFixture
  private let folder: TemporaryTree

  /// Kills the plane for the moment of the copy, so that there is a write-ahead log in it.
  package init(of plane: Role, on planes: DaemonFixture) async throws {
    (self.plane, self.planes, folder) = (plane, planes, try TemporaryTree())
    try await planes.kill(plane)
    try DatabaseCopy.copy(planes.home.database(of: plane), to: folder / "state.sqlite")
    try await planes.start(plane)
  }

  /// Puts the copy back and starts the plane on it.
  package func restore() async throws {
    try await planes.kill(plane)
    let path = planes.home.database(of: plane)
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try DatabaseCopy.copy(folder / "state.sqlite", to: path)
    try await planes.start(plane)
  }
}
