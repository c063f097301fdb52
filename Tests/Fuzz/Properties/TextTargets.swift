import Signing
import Wire

extension FuzzTarget {
  static let timestamps = FuzzTarget("timestamp", isJSON: false) { input in
    let text = String(decoding: input, as: UTF8.self)
    let attestation = Timestamp(attestation: text)
    if let time = attestation {
      try promise(time.attestationText == text, "one moment has one spelling in attestations")
      try promise(time >= Timestamp(microseconds: 0) && time <= .latest, "years 1970 to 9999")
    }
    let message = Timestamp(message: text)
    if let time = message {
      guard let again = Timestamp(message: time.messageText) else {
        throw BrokenPromise(description: "a time that is written does not read: \(time.messageText)")
      }
      try promise((0..<1000).contains(time.microseconds - again.microseconds), "less than a millisecond is lost")
      try promise(again.messageText == time.messageText, "what is written reads the same")
      try promise(
        time.messageText.utf8.prefix(19).elementsEqual(text.utf8.prefix(19)), "the date and time are those given")
    }
    try promise(attestation == nil || message == nil, "a text is of one form only")
    return attestation != nil || message != nil
  }

  /// Every identifier type accepts exactly what its regular expression of DESIGN section 2 matches.
  static let identifiers = FuzzTarget("identifier", isJSON: false) { input in
    let text = String(decoding: input, as: UTF8.self)
    let digest = Digest(text)
    try promise((digest != nil) == IdentifierRules.isDigest(text), "sha256: and 64 lowercase hex digits")
    try promise(digest.map { $0.description == text } ?? true, "a digest has one spelling")
    try promise(Hex.decode(text).map { Hex.encode($0) == text } ?? true, "hex has one spelling")
    return try IdentifierRules.checkAll(text) || digest != nil
  }
}

/// The rules of identifiers as regular expressions, written apart from the types.
enum IdentifierRules {
  nonisolated(unsafe) private static let short = #/[a-z0-9][a-z0-9._\-]{0,63}/#.matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let model = #/[A-Za-z0-9][A-Za-z0-9._:\/\-]{0,199}/#
    .matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let unsafePart = #/(^|\/)(\.[^\/]*|current|)(\/|$)/#
    .matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let approval = #/[A-Za-z0-9][A-Za-z0-9._:\-]{0,127}/#
    .matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let correlation = #/[!-~]{1,128}/#.matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let messageID = #/[0-9a-f]{32}/#.matchingSemantics(.unicodeScalar)
  nonisolated(unsafe) private static let digest = #/sha256:[0-9a-f]{64}/#.matchingSemantics(.unicodeScalar)

  static func isDigest(_ text: String) -> Bool { text.wholeMatch(of: digest) != nil }

  static func allows<ID: Identifier>(_ type: ID.Type, _ text: String) -> Bool {
    switch type {
    case is ModelID.Type: text.wholeMatch(of: model) != nil && text.firstMatch(of: unsafePart) == nil
    case is ApprovalID.Type: text.wholeMatch(of: approval) != nil
    case is CorrelationID.Type: text.wholeMatch(of: correlation) != nil
    case is MessageID.Type: text.wholeMatch(of: messageID) != nil
    default: text.wholeMatch(of: short) != nil
    }
  }

  /// For an identifier that was read: it obeys its rule.
  static func check<ID: Identifier>(_ identifier: ID) throws {
    try promise(allows(ID.self, identifier.text), "\(identifier.text) is a \(ID.self)")
  }

  static func checkAll(_ text: String) throws -> Bool {
    let accepted = [
      try agree(PrincipalID.self, text), try agree(ModelID.self, text), try agree(ApprovalID.self, text),
      try agree(CorrelationID.self, text), try agree(MessageID.self, text),
    ]
    return accepted.contains(true)
  }

  private static func agree<ID: Identifier>(_ type: ID.Type, _ text: String) throws -> Bool {
    let identifier = ID(text)
    try promise(
      (identifier != nil) == allows(type, text), "\(type) accepts what its rule says: \(text.debugDescription)")
    return identifier != nil
  }
}
