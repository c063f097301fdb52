import Wire

/// Whose word stands for an agent, and until when.
package struct Certification: Sendable, Equatable {
  package enum Level: String, Sendable, CaseIterable {
    case selfDeclared = "self-declared"
    case verified
    case audited
  }

  package let level: Level
  package let issuer: String?
  package let attestations: [String]
  package let issuedAt: Timestamp?
  package let expiresAt: Timestamp?

  package init(
    level: Level, issuer: String? = nil, attestations: [String] = [], issuedAt: Timestamp? = nil,
    expiresAt: Timestamp? = nil
  ) {
    self.level = level
    self.issuer = issuer
    self.attestations = attestations
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }

  var fields: JSONObject {
    [
      "level": .string(level.rawValue), "issuer": .init(issuer), "attestations": .init(attestations),
      "issuanceDate": .init(issuedAt?.agentFactsText), "expirationDate": .init(expiresAt?.agentFactsText),
    ]
  }
}

extension Timestamp {
  private static let offset = "+00:00"

  /// As pydantic writes a moment in UTC: `2026-01-02T03:04:05Z`, with six fraction digits when the fraction is not zero.
  package var agentFactsText: String { attestationText.dropLast(Self.offset.utf8.count) + "Z" }
}
