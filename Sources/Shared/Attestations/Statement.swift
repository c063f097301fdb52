import Signing
import Wire

/// What a predicate of this project must say of itself to stand in an in-toto Statement v1 (DESIGN section 3).
package protocol Predicate: Sendable {
  /// The last part of the predicate type: `model-approval`.
  static var name: String { get }
  /// The statement's one subject, which a predicate that names a model must agree with.
  var subject: Subject { get }
  init(_ reader: inout ObjectReader, subject: Subject) throws(FieldError)
  var fields: JSONObject { get }
}

extension Predicate {
  package static var type: String { "https://projectnanda.org/model-governance/\(name)/v1" }
}

/// The model that a statement is about: its id, and the digest of its weights.
package struct Subject: Sendable, Equatable {
  package let modelID: ModelID
  package let weightsHash: Digest

  package init(modelID: ModelID, weightsHash: Digest) {
    self.modelID = modelID
    self.weightsHash = weightsHash
  }

  init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "statement.subject")
    modelID = try reader.identifier("name")
    var digests = ObjectReader(try reader.object("digest"), "statement.subject.digest")
    guard let digest = Digest(hex: try digests.string("sha256")) else {
      throw digests.failure("sha256", "expected 64 lowercase hex digits")
    }
    weightsHash = digest
    try digests.finish()
    try reader.finish()
  }

  var json: JSONValue { ["name": modelID.json, "digest": ["sha256": .string(weightsHash.hex)]] }
}

/// The limits and fixed words of attestations.
package enum AttestationFormat {
  package static let maximumPayload = 256 * 1024
  static let statementType = "https://in-toto.io/Statement/v1"
}

/// A predicate with its verified envelope. Only `attested(_:by:)` makes one.
package struct Attested<P: Predicate>: Sendable {
  package let predicate: P
  package let verified: VerifiedEnvelope

  package var digest: Digest { verified.digest }
  package var signers: [PublicKey] { verified.signers }
  package var envelope: UnverifiedEnvelope { verified.envelope }
}

/// Why an envelope is no attestation of the wanted kind.
package enum AttestationError: Error, CustomStringConvertible {
  case envelope(String, EnvelopeError)
  case syntax(String, String)

  package var description: String {
    switch self {
    case .envelope(let name, let error): "\(name): \(error)"
    case .syntax(let name, let problem): "\(name): \(problem)"
    }
  }
}

extension UnverifiedEnvelope {
  /// Verifies the signatures of `keys` first and only then reads the same bytes as a statement about `P`.
  ///
  /// The payload type, the predicate type and the subject must be exactly `P`'s: an attestation of one kind is never taken for
  /// another (in-toto Statement v1; DESIGN section 3).
  package func attested<P: Predicate>(_ type: P.Type = P.self, by keys: [PublicKey]) throws(AttestationError)
    -> Attested<P>
  {
    do {
      let verified = try verified(as: .statement, by: keys)
      return Attested(predicate: try Statement<P>.parse(verified.payload), verified: verified)
    } catch let error as EnvelopeError {
      throw .envelope(P.name, error)
    } catch {
      throw .syntax(P.name, "\(error)")
    }
  }

  /// Signs a new statement about `predicate`.
  package init(attesting predicate: some Predicate, by signers: [any Signer]) throws {
    try self.init(signing: Statement.payload(of: predicate), as: .statement, by: signers)
  }
}

package enum Statement<P: Predicate> {
  package static func payload(of predicate: P) -> [UInt8] {
    let statement: JSONObject = [
      "_type": .string(AttestationFormat.statementType), "subject": [predicate.subject.json],
      "predicateType": .string(P.type),
      "predicate": .object(predicate.fields),
    ]
    return statement.serialized()
  }

  /// Reads verified bytes, or (`planectl show`) bytes whose meaning is wanted before anyone signs them.
  package static func parse(_ payload: [UInt8]) throws -> P {
    guard payload.count <= AttestationFormat.maximumPayload else {
      throw FieldError("statement", "longer than \(AttestationFormat.maximumPayload) bytes")
    }
    var statement = try ObjectReader(StrictJSON.parse(payload), "statement")
    try expect(AttestationFormat.statementType, "_type", of: &statement)
    try expect(P.type, "predicateType", of: &statement)
    guard let first = try statement.array("subject", maximum: 1).first else {
      throw FieldError("statement.subject", "must name exactly one model")
    }
    let subject = try Subject(first)
    var reader = ObjectReader(try statement.object("predicate"), "predicate")
    try statement.finish()
    let predicate = try P(&reader, subject: subject)
    try reader.finish()
    guard predicate.subject == subject else {
      throw FieldError("statement.subject", "names another model or digest than the predicate")
    }
    return predicate
  }

  private static func expect(_ text: String, _ key: String, of reader: inout ObjectReader) throws(FieldError) {
    let found = try reader.string(key)
    guard found.utf8.elementsEqual(text.utf8) else {
      throw reader.failure(key, "expected \(text), found \(found.clipped(120))")
    }
  }
}
