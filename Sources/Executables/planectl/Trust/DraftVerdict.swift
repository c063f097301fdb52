import Attestations
import Signing
import Wire

/// What a draft lacks to be the next trust root: by the rules, by the chain, and by signatures.
struct DraftVerdict {
  let installed: VerifiedTrustRoot
  let contents: DraftFile.Contents
  /// Rules that it breaks; empty when it may be signed.
  let problems: [String]
  /// Signatures that are missing; nil while nobody can say, because the rules do not hold.
  let missing: [String]

  init(_ contents: DraftFile.Contents, after installed: VerifiedTrustRoot) {
    self.installed = installed
    self.contents = contents
    do {
      let next = try contents.draft.checked()
      _ = try installed.preview(of: next)
      problems = []
      missing = Self.missing(contents.envelope, installed.root, next)
    } catch {
      problems = ["\(error)"]
      missing = []
    }
  }

  var isComplete: Bool { problems.isEmpty && missing.isEmpty }

  /// The next root as it would be, once the rules hold.
  ///
  /// - Throws: `Failure` with what does not hold.
  func next() throws -> VerifiedTrustRoot {
    guard problems.isEmpty else {
      throw Failure(.refused, "the draft breaks the rules of a trust root", details: problems)
    }
    return try installed.preview(of: contents.draft.checked())
  }

  /// Of the very bytes that are signed: those that others have signed may be written otherwise than here.
  func digest(of next: VerifiedTrustRoot) -> Digest { contents.envelope?.payloadDigest ?? next.digest }

  private static func missing(_ envelope: UnverifiedEnvelope?, _ old: TrustRoot, _ new: TrustRoot) -> [String] {
    [(old, "version \(old.version)"), (new, "version \(new.version)")].compactMap { root, name in
      let signers = signers(envelope, root.rootKeys)
      guard signers.count < root.threshold else { return nil }
      let others = root.rootKeys.filter { !signers.contains($0) }.map(\.description).joined(separator: ", ")
      return "\(signers.count) of \(root.threshold) root keys of \(name) have signed; still can: \(others)"
    }
  }

  private static func signers(_ envelope: UnverifiedEnvelope?, _ keys: [PublicKey]) -> [PublicKey] {
    (try? envelope?.verified(as: .trustRoot, by: keys))?.signers ?? []
  }

  var body: JSONObject {
    [
      "version": .init(contents.draft.version), "installed_version": .init(installed.version),
      "complete": .bool(isComplete), "problems": .init(problems), "missing_signatures": .init(missing),
    ]
  }

  /// What still has to be done, for people.
  var lines: [String] {
    guard problems.isEmpty else { return problems.map { "the draft does not hold yet: \($0)" } }
    guard missing.isEmpty else { return missing }
    return ["version \(contents.draft.version) is complete: it follows version \(installed.version) and is signed"]
  }
}
