import Attestations
import Foundation
import Signing
import TestSupport
import Testing
import Wire

extension PlanesHome {
  /// Writes another version 1 in the place of this home's, with all that it takes but honesty: root's signature unless
  /// `signer` is another, and the pin in every config unless told otherwise.
  func replaceRoot(repin: Bool = true, signer: SecretKey? = nil, _ edit: (String) -> String) throws {
    let payload = Array(edit(String(decoding: root.envelope.payload, as: UTF8.self)).utf8)
    let envelope = try UnverifiedEnvelope(signing: payload, as: .trustRoot, by: [try signer ?? key("root")])
    try writeRoot(envelope.serialized)
    guard repin else { return }
    for config in PlanesHome.planes.map(config) + ["\(path)/nanda-bridge/config.yaml"] {
      try Self.editConfig(config) { $0.replacing("\(root.digest)", with: "\(envelope.payloadDigest)") }
    }
  }

  /// Version 1 as it stands there now; the pin is its own.
  func currentRoot() throws -> VerifiedTrustRoot {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: rootFile(1))))
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    return try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  func writeRoot(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/trust/1.root.json"))
  }

  func editConfig(of plane: Role, _ edit: (String) -> String) throws {
    try Self.editConfig(config(of: plane), edit)
  }

  private static func editConfig(_ path: String, _ edit: (String) -> String) throws {
    let config = URL(fileURLWithPath: path)
    try Data(edit(try String(contentsOf: config, encoding: .utf8)).utf8).write(to: config)
  }

  /// Expects that `plane` does not start here, and says these words.
  func expectRefusedStart(
    of plane: Role, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: self)
    #expect(code != 0, sourceLocation: location)
    #expect(log.contains(words), "\(log)", sourceLocation: location)
  }
}
