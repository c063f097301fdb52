import Signing

/// Why a trust root is not taken. What was in force before stays in force; with nothing before, everything is denied.
package enum TrustRootError: Error, Equatable, CustomStringConvertible {
  case malformed(String)
  case notPinned(expected: Digest, found: Digest)
  /// Its own root keys did not sign it.
  case threshold(needed: Int, valid: Int)
  case unexpectedVersion(expected: Int, found: Int)
  /// The root keys of the version before did not sign it.
  case notHandedOn(after: Int, needed: Int, valid: Int)
  /// A rule that only shows across versions.
  case rule(Int, String)
  /// Two roots of one version.
  case conflict(Int, known: Digest?, found: Digest)
  case gap(missing: Int, found: Int)

  package var description: String {
    switch self {
    case .malformed(let problem): "trust root: \(problem)"
    case .notPinned(let expected, let found):
      "trust root: its digest is \(found), but \(expected) is pinned; somebody replaced it, or the pin is wrong"
    case .threshold(let needed, let valid): "trust root: \(valid) of its keys signed it, \(needed) must"
    case .unexpectedVersion(let expected, let found):
      "trust root: version \(found) where version \(expected) was expected"
    case .notHandedOn(let version, let needed, let valid):
      "trust root: version \(version + 1) is signed by \(valid) of version \(version)'s root keys, \(needed) must"
    case .rule(let version, let problem): "trust root version \(version): \(problem)"
    case .conflict(let version, let known, let found):
      "trust root version \(version): its digest is \(found), but \(known?.description ?? "none") was accepted before; "
        + "a version is never replaced"
    case .gap(let missing, let found): "trust root: version \(missing) is missing, though there is a version \(found)"
    }
  }
}
