import Foundation
import Glibc
import TestSupport
import Testing

/// A path that a deployer may name in the place of approved weights.
enum WeightsTrap: String, CaseIterable, CustomTestStringConvertible {
  case link, linkedFolder, pipe, socket, device, folder, missing, newline, relative, dots
  case ownKey, ownDatabase, ownStore, otherPlanesKey, rootKey, home

  var testDescription: String { rawValue }

  /// What the refusal says.
  var words: String {
    switch self {
    case .link, .linkedFolder: "symbolic link"
    case .pipe: "pipe"
    case .socket: "socket"
    case .device: "device"
    case .folder: "should be a file"
    case .missing: "No such file"
    case .newline: "control character"
    case .relative: "not absolute"
    case .dots: "`..`"
    case .ownKey, .ownDatabase, .ownStore, .otherPlanesKey, .rootKey, .home: "its own state"
    }
  }

  /// Sets the trap, most with the approved bytes behind it, and returns its path.
  func set(for model: TrainedModel, in home: PlanesHome) throws -> String {
    let folder = "\(home.folder)/weights/\(model.id)"
    let trap = "\(folder)/trap.bin"
    switch self {
    case .link: try made(symlink(model.path, trap))
    case .linkedFolder:
      try made(symlink(folder, "\(folder)-link"))
      return "\(folder)-link/\(URL(fileURLWithPath: model.path).lastPathComponent)"
    case .pipe: try made(mkfifo(trap, 0o600))
    case .socket: return home.socket(.submit)
    case .device: return "/dev/zero"
    case .folder: return folder
    case .missing: return trap
    case .newline: return try home.write(model.weights, to: "weights/\(model.id)/a\nb")
    case .relative: return "weights/\(model.id)/v1.bin"
    case .dots: return "\(folder)/../\(model.id)/v1.bin"
    case .ownKey: return "\(home.path)/serving-plane/plane.pem"
    case .ownDatabase: return "\(home.path)/serving-plane/state.sqlite"
    case .ownStore: return "\(home.path)/serving-plane/store"
    case .otherPlanesKey: return "\(home.path)/governance-plane/plane.pem"
    case .rootKey: return "\(home.path)/keys/root.pem"
    case .home: return home.path
    }
    return trap
  }

  private func made(_ code: CInt) throws {
    guard code == 0 else { throw ProcessFailure("the trap \(rawValue) could not be set: error \(errno)") }
  }
}
