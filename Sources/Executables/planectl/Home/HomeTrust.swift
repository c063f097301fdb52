import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import WeightsDigest
import Wire

extension Home {
  /// The trust root that the caller believes, verified: pinned by `PLANES_ROOT_DIGEST`, or by a plane's config in this home;
  /// where neither is at hand (a caller's own machine), by the threshold of its own keys alone.
  func trustRoot() throws -> VerifiedTrustRoot {
    let bytes: [UInt8]
    do { bytes = try TextFile.read("\(trust)/1.root.json") } catch let error as FileSystemError where error.isMissing {
      throw Failure.refused(
        "the home \(path) has no trust/1.root.json", hint: "copy it from the planes' host, or choose another --home")
    }
    guard !FileManager.default.fileExists(atPath: "\(trust)/2.root.json") else {
      throw TrustRootError.unexpectedVersion(2)
    }
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    return try VerifiedTrustRoot.verify(envelope, pinned: try pin() ?? envelope.payloadDigest)
  }

  private func pin() throws -> Digest? {
    if let text = ProcessInfo.processInfo.environment["PLANES_ROOT_DIGEST"], !text.isEmpty {
      guard let digest = Digest(loose: text) else {
        throw Failure.refused("PLANES_ROOT_DIGEST is not sha256: and 64 lowercase hex digits")
      }
      return digest
    }
    return Home.planes.lazy.compactMap { configuredPin(config(of: $0)) }.first
  }

  /// The `trust_root_digest` line of a config that the caller may read; the planes themselves read the file in full.
  private func configuredPin(_ config: String) -> Digest? {
    guard let bytes = try? TextFile.read(config) else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0] == "trust_root_digest" else { continue }
      return Digest(loose: parts[1].filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
    }
    return nil
  }
}
