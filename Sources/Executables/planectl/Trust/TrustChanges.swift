import Attestations
import Signing
import Wire

/// What one trust root says otherwise than the one before it, a sentence each.
struct TrustChanges {
  let sentences: [String]

  init(from old: TrustRoot, to new: TrustRoot) {
    sentences =
      Self.principals(old, new) + Self.environments(old.policy, new.policy) + Self.profiles(old.policy, new.policy)
      + Self.root(old, new)
  }

  /// All that a version 1 says: there is nothing before it.
  init(of first: TrustRoot) {
    let nothing = Policy(environments: [:], profiles: [:])
    sentences =
      first.principals.sorted { $0.id < $1.id }.map { "adds \(Self.enrolled($0))" }
      + Self.environments(nothing, first.policy) + Self.profiles(nothing, first.policy)
      + first.rootKeys.map { "adds the root key \($0.hex)" }
      + ["asks \(first.threshold) of its root keys to sign a next version", "lives until \(first.expiresAt)"]
  }

  private static func principals(_ old: TrustRoot, _ new: TrustRoot) -> [String] {
    let before = Dictionary(old.principals.map { ($0.id, $0) }) { first, _ in first }
    let after = Dictionary(new.principals.map { ($0.id, $0) }) { first, _ in first }
    return Set(before.keys).union(after.keys).sorted().flatMap { changes(of: before[$0], to: after[$0]) }
  }

  private static func changes(of one: Principal?, to other: Principal?) -> [String] {
    switch (one, other) {
    case (nil, let added?): ["adds \(enrolled(added))"]
    case (let removed?, nil): ["removes \(described(removed)): nothing that they signed counts any more"]
    case (let one?, let other?): changes(of: one, to: other)
    case (nil, nil): []
    }
  }

  /// With the keys in full: whose they are is what a root decides, and only its signers say so.
  private static func enrolled(_ principal: Principal) -> String {
    let retired = principal.retiredAt.map { ", retired since \($0)" } ?? ""
    return "\(described(principal))\(retired), \(list("with the key", principal.keys.map(\.hex)))"
  }

  private static func described(_ principal: Principal) -> String {
    let roles = principal.roles.map(\.rawValue).joined(separator: ", ")
    let person = principal.person.map { ", person \($0)" } ?? ""
    let groups = principal.groups.isEmpty ? "" : ", groups \(principal.groups.map(\.text).joined(separator: ", "))"
    return "\(principal.id) (\(roles)\(person)\(groups))"
  }

  private static func changes(of one: Principal, to other: Principal) -> [String] {
    var changes: [String] = []
    if one.retiredAt == nil, other.retiredAt != nil {
      changes.append("retires \(one.id): what the planes have accepted from them counts on, nothing new does")
    }
    if one.retiredAt != nil, other.retiredAt == nil { changes.append("brings \(one.id) back from retirement") }
    if let before = one.retiredAt, let after = other.retiredAt, before != after {
      changes.append("retires \(one.id) as of \(after) (was \(before))")
    }
    if one.keys != other.keys {
      let gone = one.keys.filter { !other.keys.contains($0) }.map(\.hex)
      let new = other.keys.filter { !one.keys.contains($0) }.map(\.hex)
      changes.append("changes the keys of \(one.id): \(list("removes", gone)), \(list("adds", new))")
    }
    if described(one) != described(other) { changes.append("makes \(described(one)) \(described(other))") }
    return changes
  }

  private static func list(_ verb: String, _ names: [String]) -> String {
    "\(verb) \(names.isEmpty ? "none" : names.joined(separator: ", "))"
  }

  private static func environments(_ old: Policy, _ new: Policy) -> [String] {
    Set(old.environments.keys).union(new.environments.keys).sorted().compactMap { name in
      let (before, after) = (old.setup(of: name), new.setup(of: name))
      guard before != after else { return nil }
      guard let after else { return "removes the environment \(name): whatever is approved for it is denied" }
      return before.map { "changes \(name) from \($0) to \(after)" } ?? "adds the environment \(name): \(after)"
    }
  }

  private static func profiles(_ old: Policy, _ new: Policy) -> [String] {
    Set(old.profiles.keys).union(new.profiles.keys).sorted().compactMap { name in
      guard old.profiles[name] != new.profiles[name] else { return nil }
      let rules = new.profiles[name].map { $0.isEmpty ? "no rule" : $0.joined(separator: ", ") }
      return "profile \(name): \(rules ?? "removed")"
    }
  }

  private static func root(_ old: TrustRoot, _ new: TrustRoot) -> [String] {
    var changes: [String] = []
    for key in new.rootKeys where !old.rootKeys.contains(key) { changes.append("adds the root key \(key.hex)") }
    for key in old.rootKeys where !new.rootKeys.contains(key) { changes.append("removes the root key \(key.hex)") }
    if old.threshold != new.threshold {
      changes.append("changes the root's threshold from \(old.threshold) to \(new.threshold)")
    }
    return changes + ["lives until \(new.expiresAt) (was \(old.expiresAt))"]
  }
}

extension Policy {
  /// The rules of one environment, for people; nil where there is none of the name.
  func setup(of name: EnvironmentName) -> String? {
    guard let fields = json.object?["environments"]?.object?[name.text]?.object else { return nil }
    let set = fields.members.filter { !$0.value.isNull }.map { "\($0.key) \($0.value.string ?? $0.value.jsonText)" }
    return set.joined(separator: ", ")
  }
}
