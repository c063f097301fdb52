import WeightsDigest
import Wire

/// The `directory` endpoint: `DEPLOYMENTS/ENVIRONMENT/MODEL/current` is a symbolic link to a read-only directory in the
/// store. Whoever serves the model reads through the link; a switch replaces it in one rename, so a reader finds the old
/// weights or the new ones and never none.
///
/// No part of a model id is `current` or begins with a dot, so `a` and `a/b` can stand side by side, and the endpoint's own
/// names collide with neither.
package struct DirectoryEndpoint: ServingEndpoint {
  private static let link = "current"
  private static let draft = ".current.new"
  /// A model id of 200 letters has at most 100 parts.
  private static let maximumParts = 101
  private static let maximumNames = 1_000_000

  private let root: Descriptor
  private let links: StoreLink
  // One job at a time, in order: what is below may assume that nothing else changes these directories.
  private let work = BlockingWork(width: 1)

  /// - Parameters:
  ///   - directory: the plane's own; its last part is made where it is missing.
  ///   - store: the store's directory, which must exist.
  package init(directory: String, store: String) throws {
    root = try Descriptor.makingDirectory(following: directory)
    links = StoreLink(from: try root.realPath(), to: try Descriptor.directory(following: store).realPath())
  }

  package func deploy(
    _ weights: StoredWeights, as place: DeploymentPlace, on _: DeploymentGrounds?
  ) async throws {
    try await work.run { _ in try point(place, at: weights) }
  }

  package func undeploy(_ place: DeploymentPlace, because _: String) async throws {
    try await work.run { _ in try clear(place) }
  }

  package func deployed(_ place: DeploymentPlace) async throws -> WeightsID? {
    try await work.run { _ in try current(place) }
  }

  package func places() async throws -> ServedPlaces {
    try await work.run { _ in
      var places = ServedPlaces()
      try look(in: root, [], for: &places)
      return places
    }
  }

  private func look(in directory: Descriptor, _ parts: [String], for places: inout ServedPlaces) throws {
    guard parts.count <= Self.maximumParts, let names = try directory.names(limit: Self.maximumNames) else { return }
    for name in names.map({ String(decoding: $0, as: UTF8.self) }) {
      if name == Self.link, let environment = parts.first {
        let model = parts.dropFirst().joined(separator: "/")
        if let place = try? DeploymentPlace(model: model, environment: environment) { places.found.append(place) }
      } else if Self.isPart(name, after: parts) {
        lookInside(name, of: directory, parts, for: &places)
      }
    }
  }

  /// One directory that cannot be read hides nothing but itself; one that is gone by now serves nothing.
  private func lookInside(_ name: String, of directory: Descriptor, _ parts: [String], for places: inout ServedPlaces) {
    do {
      guard try directory.status(of: name).type == .directory else { return }
      try look(in: directory.opening(name), parts + [name], for: &places)
    } catch let error as FileSystemError where error.isMissing {
      return
    } catch {
      places.unread.append("\((parts + [name]).joined(separator: "/")): \(error)")
    }
  }

  /// What is no place of ours, by its name (`lost+found`), is left alone.
  private static func isPart(_ name: String, after parts: [String]) -> Bool {
    parts.isEmpty ? EnvironmentName(name) != nil : ModelID("m/" + name) != nil
  }

  private func point(_ place: DeploymentPlace, at weights: StoredWeights) throws {
    let directory = try place.parts.reduce(root) { try $0.openingOrMakingDirectory($1) }
    try directory.removeFile(Self.draft)
    try directory.makeLink(Self.draft, to: links.target(weights.id, from: place))
    // Followed once before it counts: a link that led anywhere else would serve what nobody approved.
    guard try leads(Self.draft, in: directory, to: weights) else {
      try directory.removeFile(Self.draft)
      throw DirectoryEndpointError.wrongTarget(place, directory: weights.directory)
    }
    try directory.rename(Self.draft, to: Self.link, .replacing)
    try directory.sync()
  }

  private func leads(_ link: String, in directory: Descriptor, to weights: StoredWeights) throws -> Bool {
    let target = try Descriptor.directory(following: weights.directory).status()
    do {
      return try directory.status(of: link, followingLink: true).identity == target.identity
    } catch let error as FileSystemError where error.isMissing {
      return false
    }
  }

  private func clear(_ place: DeploymentPlace) throws {
    let directories = try existing(place)
    guard directories.count == place.parts.count + 1, let last = directories.last else { return }
    try last.removeFile(Self.draft)
    try last.removeFile(Self.link)
    try last.sync()
    // The model's empty directories go, innermost first; the environment's stays.
    for (parent, part) in zip(directories, place.parts).dropFirst().reversed() {
      guard try parent.removeDirectory(part) else { return }
      try parent.sync()
    }
  }

  private func current(_ place: DeploymentPlace) throws -> WeightsID? {
    let directories = try existing(place)
    guard directories.count == place.parts.count + 1, let last = directories.last else { return nil }
    guard let target = try last.linkTarget(Self.link) else { return nil }
    guard let id = links.id(target, from: place) else {
      throw DirectoryEndpointError.foreignLink(last.child(Self.link), target: target)
    }
    return id
  }

  /// The root and then as many of the place's directories as there are.
  private func existing(_ place: DeploymentPlace) throws -> [Descriptor] {
    var directories = [root]
    for part in place.parts {
      guard let parent = directories.last else { break }
      do {
        directories.append(try parent.opening(part))
      } catch let error as FileSystemError where error.isMissing {
        break
      }
    }
    return directories
  }
}

package enum DirectoryEndpointError: Error, Equatable, CustomStringConvertible {
  case wrongTarget(DeploymentPlace, directory: String)
  case foreignLink(String, target: String)

  package var description: String {
    switch self {
    case .wrongTarget(let place, let directory):
      "\(place) was not switched, because a relative link from the deployments does not lead to \(Printable.text(directory)): "
        + "keep the deployments and the store where they were when the plane started"
    case .foreignLink(let path, let target):
      "\(Printable.text(path)) points at \(Printable.text(target)), which this plane did not make: "
        + "find out who did, remove it, and deploy again"
    }
  }
}
