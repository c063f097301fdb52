import ArgumentParser
import Attestations
import Signing
import Wire

struct ShowTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the newest installed trust root, every version before it verified.")

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let root = try Home.find(homeOptions).trustRoot()
    let body: JSONObject = [
      "version": .init(root.version), "digest": .string(root.digest.description),
      "origin_digest": .string(root.originDigest.description), "trust_root": root.root.json,
    ]
    try console.answer(body) { fields(of: root).lines + [""] + table(of: root.root).lines(width: nil) }
  }

  private func fields(of root: VerifiedTrustRoot) -> Fields {
    var fields = Fields()
    fields.add("version", "\(root.version)")
    fields.add("digest", root.digest.description)
    fields.add("version 1", root.originDigest.description)
    fields.add("expires", "\(root.root.expiresAt)")
    fields.add(
      "root keys", "\(root.root.threshold) of \(root.root.rootKeys.map(\.description).joined(separator: ", "))")
    for name in root.policy.environments.keys.sorted() { fields.add(name.text, root.policy.setup(of: name) ?? "") }
    for (name, rules) in root.policy.profiles.sorted(by: { $0.key < $1.key }) {
      fields.add("profile \(name)", rules.joined(separator: ", "))
    }
    return fields
  }

  private func table(of root: TrustRoot) -> Table {
    var table = Table("NAME", "ROLES", "PERSON", "GROUPS", "RETIRED", "KEYS")
    for principal in root.principals.sorted(by: { $0.id < $1.id }) {
      table.add(
        principal.id.text, principal.roles.map(\.rawValue).joined(separator: ", "), principal.person?.text ?? "",
        principal.groups.map(\.text).joined(separator: ", "), principal.retiredAt.map { "\($0)" } ?? "",
        principal.keys.map(\.description).joined(separator: ", "))
    }
    return table
  }
}
