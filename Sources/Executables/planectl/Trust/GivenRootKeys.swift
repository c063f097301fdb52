import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// The root keys that `init --system` was given, and how many of them must sign, where only root writes. The draft of version 1 leaves the
/// host to be signed, and whoever has it on the way could put keys of their own in it: it would be complete, and theirs.
struct GivenRootKeys {
  let home: Home
  var path: String { "\(home.privateFolder)/root-keys.json" }

  /// - Throws: when there is such a file already.
  func record(_ keys: [PublicKey], threshold: Int) throws {
    let given: JSONObject = ["keys": .init(Self.sorted(keys)), "threshold": .init(threshold)]
    try TextFile.create(given.serialized() + [UInt8(ascii: "\n")], path: path, mode: 0o600)
  }

  /// Throws `Failure` unless version 1 is for these keys. In a home that no `init --system` began nobody has given any.
  func require(for root: TrustRoot) throws {
    let bytes: [UInt8]
    do { bytes = try TextFile.read(path) } catch let error as FileSystemError where error.isMissing {
      return try requireNoHost()
    }
    let given = try? StrictJSON.parse(bytes).object
    guard given?["keys"]?.array?.compactMap(\.string) == Self.sorted(root.rootKeys),
      given?["threshold"]?.int == root.threshold
    else {
      throw Failure.unverified(
        "the draft of version 1 is not for the root keys that planectl init --system was given (\(path))",
        hint:
          "find out who changed it on its way; sign the draft that this host began, or begin anew with the right keys")
    }
  }

  private func requireNoHost() throws {
    guard Home.planes.contains(where: { FileManager.default.fileExists(atPath: home.hostKey(of: $0)) }) else { return }
    throw Failure.refused(
      "\(path) is gone: nobody can tell whether version 1 is for the root keys that this host was begun with",
      hint: "put it back from a backup, or begin the host anew")
  }

  private static func sorted(_ keys: [PublicKey]) -> [String] { keys.map(\.hex).sorted() }
}
