import Attestations
import Signing
import Wire

/// What a draft lacks to be the next trust root: by the rules, by the chain, and by signatures.
struct DraftVerdict {
  /// Nil before version 1.
  let installed: VerifiedTrustRoot?
  let contents: DraftFile.Contents
  /// Rules that it breaks; empty when it may be signed.
  let problems: [String]
  /// Signatures that are missing; nil while nobody can say, because the rules do not hold.
  let missing: [String]

  init(_ contents: DraftFile.Contents, after installed: VerifiedTrustRoot?) {
    self.installed = installed
    self.contents = contents
    do {
      let next = try Self.preview(contents.draft, after: installed).root
      problems = []
      missing = Self.missing(contents.envelope, installed?.root, next)
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
    return try Self.preview(contents.draft, after: installed)
  }

  private static func preview(
    _ draft: TrustRootDraft, after installed: VerifiedTrustRoot?
  ) throws -> VerifiedTrustRoot {
    let root = try draft.checked()
    return try installed?.preview(of: root) ?? VerifiedTrustRoot.preview(first: root)
  }

  /// Of the very bytes that are signed: those that others have signed may be written otherwise than here.
  func digest(of next: VerifiedTrustRoot) -> Digest { contents.envelope?.payloadDigest ?? next.digest }

  private static func missing(_ envelope: UnverifiedEnvelope?, _ old: TrustRoot?, _ new: TrustRoot) -> [String] {
    [old, new].compactMap { $0 }.compactMap { root in
      let signers = signers(envelope, root.rootKeys)
      guard signers.count < root.threshold else { return nil }
      let others = root.rootKeys.filter { !signers.contains($0) }.map(\.description).joined(separator: ", ")
      return
        "\(signers.count) of \(root.threshold) root keys of version \(root.version) have signed; still can: \(others)"
    }
  }

  private static func signers(_ envelope: UnverifiedEnvelope?, _ keys: [PublicKey]) -> [PublicKey] {
    (try? envelope?.verified(as: .trustRoot, by: keys))?.signers ?? []
  }

  var body: JSONObject {
    [
      "version": .init(contents.draft.version), "installed_version": installed.map { .init($0.version) } ?? .null,
      "complete": .bool(isComplete), "problems": .init(problems), "missing_signatures": .init(missing),
    ]
  }

  /// What still has to be done, for people.
  var lines: [String] {
    guard problems.isEmpty else { return problems.map { "the draft does not hold yet: \($0)" } }
    guard missing.isEmpty else { return missing }
    guard let installed else { return ["version \(contents.draft.version) is complete: it is signed, and the first"] }
    return ["version \(contents.draft.version) is complete: it follows version \(installed.version) and is signed"]
  }
}
