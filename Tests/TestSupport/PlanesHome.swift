import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import Wire

/// A home as `planectl init` makes it, in a scratch folder whose path is short enough for sockets. Everybody's key is at hand.
package final class PlanesHome: Sendable {
  package static let planes: [Role] = [.training, .governance, .serving]

  /// What tests put down: logs, weights, and the home itself.
  package let folder: String
  package let root: VerifiedTrustRoot

  package var path: String { "\(folder)/home" }

  /// Runs the real `planectl init`.
  package init() async throws {
    var template = Array("/tmp/nmg-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ProcessFailure("no scratch folder could be made in /tmp") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      root = try await Self.makeHome(in: folder)
    } catch {
      Self.remove(folder)
      throw error
    }
  }

  deinit { Self.remove(folder) }

  private static func makeHome(in folder: String) async throws -> VerifiedTrustRoot {
    let log = "\(folder)/planectl.log"
    let planectl = try ChildProcess(BuiltPrograms.path("planectl"), ["init", "--home", "\(folder)/home"], log: log)
    guard try await planectl.end() == 0 else {
      throw ProcessFailure("planectl init: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "no output")")
    }
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/home/trust/1.root.json")))
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    return try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  /// The store's folders are read-only, and only their owner may make them removable. There may be hundreds of thousands of files.
  private static func remove(_ folder: String) {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "chmod -R u+rwX \"$1\"; rm -rf \"$1\"", "sh", folder]
    shell.standardError = FileHandle.nullDevice
    guard (try? shell.run()) != nil else { return }
    shell.waitUntilExit()
  }

  package func folder(of plane: Role) -> String { "\(path)/\(plane.planeName)" }
  package func config(of plane: Role) -> String { "\(folder(of: plane))/config.yaml" }
  package func database(of plane: Role) -> String { "\(folder(of: plane))/state.sqlite" }
  package func log(of plane: Role) -> String { "\(folder)/\(plane.planeName).log" }
  package func socket(_ name: SocketName) -> String { "\(path)/run/\(name.path)" }

  /// The secret key of a person, of a plane (`governance-plane`) or of `root`.
  package func key(_ name: String) throws -> SecretKey {
    let isPlane = Self.planes.contains { $0.planeName == name }
    return try KeyFile.loadSecret(path: isPlane ? "\(path)/\(name)/plane.pem" : "\(path)/keys/\(name).pem")
  }

  /// Somebody who talks to the planes with their own key.
  package func caller(_ name: String) throws -> PlaneCaller {
    PlaneCaller(name: PrincipalID(checked: name), key: try key(name), home: self)
  }

  /// Writes a file below the scratch folder and returns its path.
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// What stands at `ENVIRONMENT/MODEL/current`: file name to bytes; nil when nothing is deployed there.
  package func served(_ model: String, in environment: String = "staging") throws -> [String: [UInt8]]? {
    let current = "\(path)/serving-plane/deployments/\(environment)/\(model)/current"
    while let link = try? FileManager.default.destinationOfSymbolicLink(atPath: current) {
      do { return try Self.files(in: current + "/") } catch {
        // Where it leads may have been switched or taken away while it was read.
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: current)) != link else { throw error }
      }
    }
    return nil
  }

  private static func files(in folder: String) throws -> [String: [UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, Array(try Data(contentsOf: URL(fileURLWithPath: folder + $0)))) })
  }
}
