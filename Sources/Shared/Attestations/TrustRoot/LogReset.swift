import Signing
import Wire

/// The root keys' word that a log which contradicted itself is believed again, and from where: everything that its plane shows must
/// begin with this head. It is good once.
package struct LogReset: Sendable, Equatable {
  package static let maximumPayload = 8192
  static let maximumReason = 1000
  private static let version = 1

  /// The head from which the log is believed.
  package let checkpoint: Checkpoint
  package let reason: String
  package let issuedAt: Timestamp

  package init(checkpoint: Checkpoint, reason: String, issuedAt: Timestamp) {
    self.checkpoint = checkpoint
    self.reason = reason
    self.issuedAt = issuedAt
  }

  package init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "log reset")
    guard try reader.int("v", in: 0...Int(Int32.max)) == Self.version else {
      throw reader.failure("v", "is not \(Self.version), the only version that this program knows")
    }
    let size = try reader.int("size", in: 1...Checkpoint.maximumSize)
    let origin = try reader.string("origin", maximum: 120)
    guard let checkpoint = Checkpoint(origin: origin, size: size, root: try reader.digest("root")) else {
      throw reader.failure("origin", "is no log's")
    }
    self.checkpoint = checkpoint
    reason = try reader.string("reason", maximum: Self.maximumReason)
    guard !reason.isEmpty else { throw reader.failure("reason", "is empty") }
    issuedAt = try reader.time("issued_at")
    try reader.finish()
  }

  package var json: JSONValue {
    [
      "v": .init(Self.version), "origin": .string(checkpoint.origin), "size": .init(checkpoint.size),
      "root": .string(checkpoint.root.description), "reason": .string(reason),
      "issued_at": .string(issuedAt.attestationText),
    ]
  }

  package func signed(by signers: [any Signer]) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(signing: json.serialized(), as: .logReset, by: signers)
  }
}

/// A reset that enough root keys have signed. Only `VerifiedTrustRoot.verified(reset:)` makes one.
package struct VerifiedLogReset: Sendable, Equatable {
  package let reset: LogReset
  package let digest: Digest
  package let envelope: UnverifiedEnvelope

  fileprivate init(_ reset: LogReset, _ verified: VerifiedEnvelope) {
    self.reset = reset
    digest = verified.digest
    envelope = verified.envelope
  }
}

extension VerifiedTrustRoot {
  /// The reset in `envelope`, signed by the threshold of this version's root keys. Whose log it is, and whether it is too old, is for
  /// the plane that takes it to say.
  package func verified(reset envelope: UnverifiedEnvelope) throws(LogResetError) -> VerifiedLogReset {
    let verified: VerifiedEnvelope
    do { verified = try envelope.verified(as: .logReset, by: root.rootKeys) } catch .noValidSignature {
      throw .threshold(needed: root.threshold, valid: 0)
    } catch {
      throw .malformed("\(error)")
    }
    guard verified.signers.count >= root.threshold else {
      throw .threshold(needed: root.threshold, valid: verified.signers.count)
    }
    do { return VerifiedLogReset(try LogReset(verified.parsed()), verified) } catch {
      throw .malformed("\(error)")
    }
  }
}

/// Why a reset is not taken. The log stays disputed.
package enum LogResetError: Error, Equatable, CustomStringConvertible {
  case malformed(String)
  case threshold(needed: Int, valid: Int)
  /// It names no log, or another than the one that it is shown for.
  case anotherLog(String, expected: String)
  /// A later one was taken, or this very one before that.
  case replayed(issuedAt: Timestamp, takenSince: Timestamp)
  case ahead(issuedAt: Timestamp, now: Timestamp)
  /// The plane whose log it is has no such head.
  case notOurs(size: Int)

  package var description: String {
    switch self {
    case .malformed(let problem): "log reset: \(problem)"
    case .threshold(let needed, let valid): "log reset: \(valid) of the root keys in force signed it, \(needed) must"
    case .anotherLog(let found, let expected): "log reset: it is of \(found), not of \(expected)"
    case .replayed(let issuedAt, let taken):
      "log reset: it was issued at \(issuedAt), and one of \(taken) was taken; an older one is never taken again"
    case .ahead(let issuedAt, let now): "log reset: it was issued at \(issuedAt), ahead of this plane's clock, \(now)"
    case .notOurs(let size):
      "log reset: this plane's log is another at \(size) entries; planectl trust reset-log drafts one of the log as it is"
    }
  }
}
