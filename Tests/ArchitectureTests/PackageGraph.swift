import Foundation
import Testing

/// The targets of this package and what they depend on, as SwiftPM itself reads Package.swift.
struct PackageGraph {
  struct Target: Decodable {
    let name: String
    let type: String
    let dependencies: [Dependency]
  }

  /// `{"byName": [name, condition]}` for a target, `{"product": [name, package, …]}` for a library of others.
  struct Dependency: Decodable {
    let byName: [String?]?
    let target: [String?]?
    let product: [String?]?

    enum CodingKeys: CodingKey { case byName, target, product }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      byName = try? container.decode([String?].self, forKey: .byName)
      target = try? container.decode([String?].self, forKey: .target)
      product = try? container.decode([Fragment].self, forKey: .product).map(\.text)
    }

    var name: String? { (byName ?? target ?? product)?.first ?? nil }
  }

  /// Names among the conditions and module aliases that may follow.
  struct Fragment: Decodable {
    let text: String?
    init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
  }

  private struct Manifest: Decodable { let targets: [Target] }

  static let planes: Set<String> = ["TrainingPlane", "GovernancePlane", "ServingPlane"]

  let targets: [String: Target]

  init() throws {
    let scratch = try ScratchDirectory()
    let dump = try Command([
      "swift", "package", "--package-path", Repository.root.path, "--scratch-path", scratch.url.path, "dump-package",
    ])
    try #require(dump.status == 0, "\(dump.output)")
    let json = dump.output.drop { $0 != "{" }
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(json.utf8))
    targets = Dictionary(uniqueKeysWithValues: manifest.targets.map { ($0.name, $0) })
  }

  func direct(_ name: String) -> Set<String> { Set(targets[name]?.dependencies.compactMap(\.name) ?? []) }

  /// Everything that `name` can reach, without itself; libraries of other people by their product's name.
  func closure(of name: String) -> Set<String> {
    var reached: Set<String> = []
    var open = direct(name)
    while let next = open.popFirst() {
      if reached.insert(next).inserted { open.formUnion(direct(next).subtracting(reached)) }
    }
    return reached
  }
}
