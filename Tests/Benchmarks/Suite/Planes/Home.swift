import Attestations
import Foundation
import PlaneContract
import Signing
import Wire

/// A home as `planectl init` makes it, with the shipped settings, in a folder that goes with it.
final class Home: Sendable {
  static let planes: [Role] = [.training, .governance, .serving]

  /// For weights and whatever else a section puts down.
  let folder: String
  let root: VerifiedTrustRoot

  var path: String { "\(folder)/home" }

  init(on medium: Scratch.Medium = .disk) throws {
    folder = try Scratch.folder(on: medium)
    try Command.run(Programs.path("planectl"), ["init", "--home", "\(folder)/home"])
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/home/trust/1.root.json")))
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  deinit { Scratch.remove(folder) }

  func config(of plane: Role) -> String { "\(path)/\(plane.planeName)/config.yaml" }
  func log(of plane: Role) -> String { "\(path)/\(plane.planeName)/log" }
  func socket(_ name: SocketName) -> String { "\(path)/run/\(name.path)" }
  func key(_ name: String) throws -> SecretKey { try KeyFile.loadSecret(path: "\(path)/keys/\(name).pem") }

  /// Puts a file down beside the home, and returns its path.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    return "\(folder)/\(name)"
  }

  /// Starts all three planes; they are ready.
  func start() throws -> RunningPlanes { try RunningPlanes(of: self) }
}
