import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import WeightsDigest
import Wire

extension Home {
  /// The trust root that the caller believes, every version verified: pinned by `PLANES_ROOT_DIGEST`, or by a plane's config in this
  /// home; where neither is at hand (a caller's own machine), version 1 by the threshold of its own keys alone.
  func trustRoot() throws -> VerifiedTrustRoot { try trustRoots().newest }

  /// The same with the envelopes of all versions, in order.
  func trustRoots() throws -> (newest: VerifiedTrustRoot, envelopes: [UnverifiedEnvelope]) {
    let first: UnverifiedEnvelope
    do { first = try root(ofVersion: 1) } catch let error as FileSystemError where error.isMissing {
      throw Failure.refused(
        "the home \(path) has no trust/1.root.json", hint: "copy it from the planes' host, or choose another --home")
    }
    var chain = try TrustRootChain(first, pinned: try pin() ?? first.payloadDigest)
    var envelopes = [first]
    for version in try installedVersions().dropFirst() {
      let next = chain.latest.version + 1
      guard version == next else { throw TrustRootError.gap(missing: next, found: version) }
      let envelope = try root(ofVersion: version)
      try chain.append(envelope)
      envelopes.append(envelope)
    }
    return (chain.latest, envelopes)
  }

  /// The same, or nil where version 1 is still to be signed and installed: on a new host, or on the machine of somebody who keeps a
  /// root key and no home.
  func installedRoot() throws -> VerifiedTrustRoot? {
    guard FileManager.default.fileExists(atPath: trust), try !installedVersions().isEmpty else { return nil }
    return try trustRoot()
  }

  /// The versions that the folder has a file for, in order.
  func installedVersions() throws -> [Int] {
    let suffix = ".root.json"
    return try FileManager.default.contentsOfDirectory(atPath: trust).compactMap { name in
      Int(name.dropLast(suffix.count)).flatMap { $0 > 0 && name == "\($0)\(suffix)" ? $0 : nil }
    }.sorted()
  }

  func rootFile(ofVersion version: Int) -> String { "\(trust)/\(version).root.json" }

  private func root(ofVersion version: Int) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(
      parsing: try TextFile.read(rootFile(ofVersion: version)), maximumPayload: TrustRoot.maximumPayload)
  }

  private func pin() throws -> Digest? {
    if let text = ProcessInfo.processInfo.environment["PLANES_ROOT_DIGEST"], !text.isEmpty {
      guard let digest = Digest(loose: text) else {
        throw Failure.refused("PLANES_ROOT_DIGEST is not sha256: and 64 lowercase hex digits")
      }
      return digest
    }
    return Home.planes.lazy.flatMap { [config(of: $0), hostConfig(of: $0)] }.compactMap(configuredPin).first
  }

  /// What a config pins that the caller may read.
  private func configuredPin(_ config: String) -> Digest? {
    (try? ConfigLine.value(of: HostPin.name, in: config)).flatMap { $0.flatMap(Digest.init(loose:)) }
  }
}
