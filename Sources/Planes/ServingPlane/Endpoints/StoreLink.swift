import Signing
import WeightsDigest
import Wire

/// The text of a `current` link: relative, so that it survives moving the home that holds both the deployments and the store.
struct StoreLink: Sendable {
  private let upwards: Int
  private let onwards: [Substring]

  /// Takes absolute paths with every link resolved, since `..` is taken from where a directory really is.
  init(from deployments: String, to store: String) {
    let from = deployments.split(separator: "/")
    let to = store.split(separator: "/")
    let common = zip(from, to).prefix { $0.utf8.elementsEqual($1.utf8) }.count
    upwards = from.count - common
    onwards = Array(to.dropFirst(common))
  }

  func target(_ id: WeightsID, from place: DeploymentPlace) -> String {
    shelves(from: place) + id.objectPath
  }

  /// Which object a link points at; nil when `target` is not one that this made for that place.
  func id(_ target: String, from place: DeploymentPlace) -> WeightsID? {
    let prefix = shelves(from: place)
    guard target.hasPrefix(prefix) else { return nil }
    let parts = target.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = WeightsKind(rawValue: String(parts[0])),
      let digest = Digest(hex: String(parts[1]))
    else {
      return nil
    }
    return WeightsID(digest: digest, kind: kind)
  }

  private func shelves(from place: DeploymentPlace) -> String {
    String(repeating: "../", count: upwards + place.parts.count) + onwards.map { $0 + "/" }.joined()
  }
}
