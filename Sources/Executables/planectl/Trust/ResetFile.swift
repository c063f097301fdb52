import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// The reset of a plane's log on its way: a plain document at first, the same bytes in an envelope once somebody has signed.
struct ResetFile {
  let home: Home
  let path: String

  struct Contents {
    let reset: LogReset
    /// With the signatures so far; nil while nobody has signed.
    let envelope: UnverifiedEnvelope?
  }

  static func draft(of plane: Role, in home: Home) -> String { "\(home.trust)/next.\(plane.planeName).log-reset.json" }

  /// What the file holds; nil when it is the draft of a trust root, or nothing.
  func read() throws -> Contents? {
    guard let bytes = try? TextFile.read(path), let object = try? StrictJSON.parse(bytes).object else { return nil }
    do {
      guard object["payload"] != nil else {
        return object["origin"] == nil ? nil : Contents(reset: try LogReset(.object(object)), envelope: nil)
      }
      guard object["payloadType"]?.string == PayloadType.logReset.rawValue else { return nil }
      let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: LogReset.maximumPayload)
      return Contents(reset: try LogReset(StrictJSON.parse(envelope.payload)), envelope: envelope)
    } catch { throw Failure.refused("\(path): \(error)", hint: "planectl trust reset-log drafts it again") }
  }

  /// Writes a draft. One that nobody has signed is written over, and nothing else.
  func write(_ reset: LogReset) throws {
    if unsafe access(path, F_OK) == 0 {
      guard let contents = try read() else {
        throw Failure.refused("\(path) is there, and is no draft of a reset", hint: "give another file with --draft")
      }
      guard contents.envelope == nil else {
        throw Failure.refused(
          "\(path) is there, and somebody has signed it",
          hint: "have it signed and installed; or remove it, where it is of another time")
      }
    }
    try write(reset.json.jsonText.utf8 + [UInt8(ascii: "\n")], to: path)
  }

  /// Adds a signature to the very bytes that others have signed.
  func sign(_ contents: Contents, with key: SecretKey) throws -> UnverifiedEnvelope {
    let signed =
      try contents.envelope.map {
        try UnverifiedEnvelope(signing: $0.payload, as: .logReset, by: [key])
      } ?? contents.reset.signed(by: [key])
    let others = contents.envelope?.signatures.filter { $0.keyID != key.publicKey.keyID } ?? []
    let envelope = UnverifiedEnvelope(
      payloadType: signed.payloadType, payload: signed.payload, signatures: others + signed.signatures)
    try write(envelope.serialized + [UInt8(ascii: "\n")], to: path)
    return envelope
  }

  /// Puts it where the planes of the home look for it, in the place of an earlier reset of that log; the draft goes.
  func install(_ verified: VerifiedLogReset, of plane: Role) throws {
    try write(verified.envelope.serialized + [UInt8(ascii: "\n")], to: installed(of: plane).path)
    _ = unsafe unlink(path)
  }

  /// The reset of a log that the planes of the home look at, if there is one.
  func installed(of plane: Role) -> ResetFile {
    ResetFile(home: home, path: "\(home.trust)/\(plane.planeName).log-reset.json")
  }

  /// - Throws: `LogResetError` unless enough root keys have signed.
  func verified(under root: VerifiedTrustRoot) throws -> VerifiedLogReset {
    guard let envelope = try read()?.envelope else { throw Failure.unverified("\(path): nobody has signed it yet") }
    return try root.verified(reset: envelope)
  }

  /// Throws `Failure` for a log of another house.
  func plane(of reset: LogReset, _ root: VerifiedTrustRoot) throws -> Role {
    let plane = Home.planes.first {
      EvidenceOrigin(rootDigest: root.originDigest, plane: $0.planeName).description == reset.checkpoint.origin
    }
    guard let plane else { throw Failure.refused("\(path): \(reset.checkpoint.origin) is no log of this home") }
    return plane
  }

  /// Whole or not at all.
  private func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let whole = "\(path).\(Random.hex(bytes: 4))"
    do {
      try TextFile.create(bytes, path: whole, mode: 0o644)
      guard unsafe rename(whole, path) == 0 else { throw FileSystemError(operation: "write", path: path) }
    } catch {
      _ = unsafe unlink(whole)
      throw error
    }
  }
}
