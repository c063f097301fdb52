import Attestations
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// The trust root of a home: whether it holds, for how long, and who has pinned its version 1.
struct TrustFindings {
  static let renewal =
    "have a next version signed: docs/operations.md, A root key is lost, or the root is about to expire"

  private static let otherEyes = "look as root, or as its program's user"

  let home: Home
  let root: VerifiedTrustRoot
  let now: Timestamp

  var findings: [Finding] { [expiry] + pins }

  private var expiry: Finding {
    let name = "version \(root.version)"
    guard let warning = RootExpiry(root: root, now: now).warning else {
      return .ok(.trust, name, "it holds, and is good until \(root.root.expiresAt)")
    }
    return root.isLive(at: now)
      ? .warn(.trust, name, warning, next: Self.renewal) : .fail(.trust, name, warning, next: Self.renewal)
  }

  /// Each config that is here has to name the very version 1 that is here.
  private var pins: [Finding] {
    let configs = Home.planes.compactMap(home.configHere)
    let bridge = home.hasBridge ? home.configHere(of: Home.bridge) : nil
    guard configs.isEmpty else { return (configs + [bridge].compactMap { $0 }).map(pin) }
    return [
      .warn(
        .pin, home.path, "no config pins version 1 here: it is believed because it lies in this folder",
        next: "compare \(root.originDigest) with the planes' trust_root_digest, and set PLANES_ROOT_DIGEST to it")
    ]
  }

  private func pin(_ config: String) -> Finding {
    let line: String?
    do { line = try ConfigLine.value(of: HostPin.name, in: config) } catch let error as FileSystemError {
      return .unseen(.pin, config, error.description, next: Self.otherEyes)
    } catch {
      return .unseen(.pin, config, "\(error)", next: Self.otherEyes)
    }
    guard let line, let digest = Digest(loose: line), line != HostPin.unsetDigest else {
      return .fail(
        .pin, config, "it pins no version 1, so its program believes nothing", next: "planectl trust install")
    }
    guard digest == root.originDigest else {
      return .fail(
        .pin, config, "it pins \(digest), and version 1 here is \(root.originDigest)",
        next: "find out which is right, and who changed the other", .unverified)
    }
    return .ok(.pin, config, "it pins the version 1 that is here")
  }
}
